import { humanDuration } from '../../system/time.ts';
import type { RolloutView } from './view-rollout.ts';
import { toned, type Tone, type ToneText, type TreeNode } from './tree-node.ts';

/** Colours a piece of text. */
export type Paint = (text: string, tone: Tone) => string;

type Cell = ToneText[];

/** The view as text, line for line what the plugin's `get rollout` prints. */
export function renderRollout(view: RolloutView, nowMs: number, paint: Paint): string {
  const facts: [string, Cell][] = [
    ['Name:', plain(view.name)],
    ['Namespace:', plain(view.namespace)],
    ['Status:', [toned(view.icon), ...plain(` ${view.phase}`)]],
    ...(view.message ? [['Message:', plain(view.message)] as [string, Cell]] : []),
    ['Strategy:', plain(view.strategy)],
    ...canaryFacts(view),
    ...view.images.map(({ image, tags }, index): [string, Cell] => [index === 0 ? 'Images:' : '', imageCell(image, tags)]),
  ];
  const { desired, current, updated, ready, available } = view.replicas;
  const counts = { Desired: desired, Current: current, Updated: updated, Ready: ready, Available: available };
  return [
    ...facts.map(([label, cell]) => label.padEnd(17) + painted(cell, paint)),
    'Replicas:',
    ...Object.entries(counts).map(([label, count]) => `  ${label}:`.padEnd(17) + String(count)),
    '',
    ...renderTree(view.tree, nowMs, paint),
    '',
  ].join('\n');
}

function canaryFacts({ canary }: RolloutView): [string, Cell][] {
  if (!canary) return [];
  return [
    ['  Step:', plain(canary.step)],
    ['  SetWeight:', plain(canary.setWeight)],
    ['  ActualWeight:', plain(canary.actualWeight)],
  ];
}

function imageCell(image: string, tags: ToneText[]): Cell {
  if (tags.length === 0) return plain(image);
  return [
    ...plain(`${image} (`),
    ...joined(
      tags.map((tag) => [tag]),
      ', ',
    ),
    ...plain(')'),
  ];
}

function renderTree(root: TreeNode, nowMs: number, paint: Paint): string[] {
  const rows: Cell[][] = [['NAME', 'KIND', 'STATUS', 'AGE', 'INFO'].map(plain)];
  const visit = (node: TreeNode, prefix: string, childPrefix: string): void => {
    rows.push(rowOf(node, prefix, nowMs));
    node.children.forEach((child, index) => {
      const isLast = index === node.children.length - 1;
      visit(child, childPrefix + (isLast ? '└──' : '├──'), childPrefix + (isLast ? '   ' : '│  '));
    });
  };
  visit(root, '', '');
  return alignColumns(rows, paint);
}

function rowOf(node: TreeNode, prefix: string, nowMs: number): Cell[] {
  return [
    [...plain(`${prefix}${node.icon} `), node.name],
    plain(node.kind),
    [toned(node.statusIcon), ...plain(` ${node.status}`)],
    plain(node.createdAtMs === undefined ? '' : humanDuration(nowMs - node.createdAtMs)),
    joined(node.info, ','),
  ];
}

/** Columns as wide as their widest cell and two spaces; the last one as wide as it happens to be. */
function alignColumns(rows: Cell[][], paint: Paint): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))) + 2);
  return rows.map((row) =>
    row.map((cell, column) => painted(cell, paint) + (column < row.length - 1 ? ' '.repeat(widths[column]! - widthOf(cell)) : '')).join(''),
  );
}

function widthOf(cell: Cell): number {
  return cell.reduce((width, { text }) => width + Array.from(text).length, 0);
}

function painted(cell: Cell, paint: Paint): string {
  return cell.map(({ text, tone }) => paint(text, tone)).join('');
}

function plain(text: string): Cell {
  return [{ text, tone: undefined }];
}

function joined(parts: Cell[], separator: string): Cell {
  return parts.flatMap((part, index) => (index === 0 ? part : [...plain(separator), ...part]));
}
