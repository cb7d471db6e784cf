import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { UsageError } from '../errors.ts';
import { labFolder, scenarioFolder, solutionFolder, type Course } from './course.ts';

const SKELETON = 'skeleton';

/**
 * Makes the files of a new scenario: a small one that works, with a `TO DO:` wherever its author has something to say. Answers their paths
 * below the course's root. Rejects with UsageError when the id is no name in kebab-case, or there is something of that name already.
 */
export async function makeSkeleton(course: Course, id: string, installFolder: string): Promise<string[]> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > 63)
    throw new UsageError(`"${id}" cannot be the id of a scenario`, { hint: 'Ids are in kebab-case, such as scenario-16 or no-way-back.' });
  await refuseIfThere(course, id);
  const source: Course = { root: join(installFolder, 'docs', SKELETON) };
  const paths: string[] = [];
  for (const folderOf of [scenarioFolder, solutionFolder, labFolder]) {
    paths.push(...(await copyFolder(folderOf(source, SKELETON), folderOf(course, id), id)));
  }
  return paths.map((path) => relative(course.root, path));
}

async function refuseIfThere(course: Course, id: string): Promise<void> {
  for (const folder of [scenarioFolder(course, id), solutionFolder(course, id), labFolder(course, id)]) {
    const isThere = await access(folder).then(
      () => true,
      () => false,
    );
    if (isThere) throw new UsageError(`there is ${relative(course.root, folder)} already`, { hint: 'Choose another id.' });
  }
}

async function copyFolder(from: string, to: string, id: string): Promise<string[]> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(from, join(entry.parentPath, entry.name)));
  for (const file of files.sort()) {
    const text = await readFile(join(from, file), 'utf8');
    await mkdir(dirname(join(to, file)), { recursive: true });
    await writeFile(join(to, file), text.replace(`name: ${SKELETON}\n`, `name: ${id}\n`), { flag: 'wx' });
  }
  return files.map((file) => join(to, file));
}
