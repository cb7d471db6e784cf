import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** One script of the differential test. */
export interface ShellScript {
  /** File and headline. */
  name: string;
  shell: 'sh' | 'bash';
  /** What it prints to standard error is not compared: there the real shell tells its pid, or words that are not modelled. */
  ignoresStderr: boolean;
  /** The sandbox is expected to say that it cannot simulate it. */
  isRefused: boolean;
  text: string;
}

const FOLDER = new URL('scripts/', import.meta.url);
const HEADLINE = /^### (?:\[([a-z -]+)\] )?(.+)$/;

/** Reads every script: in each file, a line `### [flags] what it is about` begins one. Flags: `bash`, `any-stderr`, `refused`. */
export function readScripts(): ShellScript[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.txt'))
    .sort()
    .flatMap((file) => parseScripts(basename(file, '.txt'), readFileSync(new URL(file, FOLDER), 'utf8')));
}

function parseScripts(theme: string, content: string): ShellScript[] {
  const scripts: ShellScript[] = [];
  for (const line of content.split('\n')) {
    const headline = HEADLINE.exec(line);
    if (headline) {
      const flags = (headline[1] ?? '').split(' ');
      scripts.push({
        name: `${theme}: ${headline[2]!}`,
        shell: flags.includes('bash') ? 'bash' : 'sh',
        ignoresStderr: flags.includes('any-stderr'),
        isRefused: flags.includes('refused'),
        text: '',
      });
    } else if (scripts.length > 0) scripts.at(-1)!.text += `${line}\n`;
  }
  return scripts;
}
