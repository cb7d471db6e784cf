/** A hint as hints.md has it. */
export interface HintSection {
  number: number;
  /** Where its heading stands, 1-based. */
  line: number;
  text: string;
  variants: HintPageVariant[];
}

/** What a hint says instead when the cluster shows something. */
export interface HintPageVariant {
  /** The condition as it is written, such as `gate-declared and not bad-release-blocked`. */
  when: string;
  line: number;
  text: string;
}

/** The page in pieces; `stray` are the lines of conditions that belong to no hint. */
export interface HintPage {
  sections: HintSection[];
  stray: number[];
}

const HINT = /^## +(\d+) *$/;
const CONDITION = /^### +when\b(.*)$/i;
const FENCE = /^ {0,3}(```|~~~)/;

/** Takes a page apart: hints under `## 1`, `## 2`, …, and below each its variants under `### when …`. What stands before the first is left out. */
export function readHintPage(markdown: string): HintPage {
  const page: HintPage = { sections: [], stray: [] };
  let open: { text: string } | undefined;
  let isCode = false;
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    const place = { line: index + 1, text: '' };
    if (FENCE.test(line)) isCode = !isCode;
    const hint = isCode ? null : HINT.exec(line);
    const condition = isCode ? null : CONDITION.exec(line);
    const section = page.sections.at(-1);
    if (hint) open = last(page.sections, { number: Number(hint[1]), variants: [], ...place });
    else if (condition && section) open = last(section.variants, { when: condition[1]!.trim(), ...place });
    else if (condition) page.stray.push(index + 1);
    else if (open) open.text += `${line}\n`;
  }
  for (const part of page.sections.flatMap((section) => [section, ...section.variants])) part.text = part.text.trim();
  return page;
}

/** Adds it to the list, and answers it. */
function last<T>(list: T[], item: T): T {
  list.push(item);
  return item;
}
