import { join } from 'node:path';
import { readIfThere } from '../system/files.ts';
import { labFolder, type Course } from './course.ts';

/** What a learner takes away from a lab, as Markdown; undefined for a lab without such a page. */
export function loadDebrief(course: Course, id: string): Promise<string | undefined> {
  return readIfThere(join(labFolder(course, id), 'debrief.md'));
}
