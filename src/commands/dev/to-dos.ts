import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labFolder, scenarioFolder, shownLabFolder, solutionFolder, type Course } from '../../scenarios/course.ts';
import { filesBelow } from './file-tests.ts';
import type { Deviation } from './deviation.ts';

const TO_DO = /TO DO\b:?\s*(.*?)['"]?$/;

/** What the author of a scenario has left for later, with file and line. */
export async function findToDos(course: Course, id: string): Promise<Deviation[]> {
  const folders = [
    [`scenarios/${id}`, scenarioFolder(course, id)],
    [`solutions/${id}`, solutionFolder(course, id)],
    [shownLabFolder(id), labFolder(course, id)],
  ] as const;
  const found: Deviation[] = [];
  for (const [shown, folder] of folders) {
    for (const file of await filesBelow(folder)) {
      const lines = (await readFile(join(folder, file), 'utf8')).split('\n');
      found.push(...lines.flatMap((line, index) => toDoIn(line, `${shown}/${file}:${index + 1}`)));
    }
  }
  return found;
}

function toDoIn(line: string, place: string): Deviation[] {
  const text = TO_DO.exec(line)?.[1];
  return text === undefined ? [] : [{ expected: 'nothing left to do', found: text === '' ? place : `${place} ${text}` }];
}
