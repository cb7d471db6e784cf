/** How a word is coloured: good, bad, on its way, waiting for somebody. */
export type Tone = 'good' | 'bad' | 'busy' | 'waiting' | undefined;

export interface ToneText {
  text: string;
  tone: Tone;
}

/** One line of the tree that `rollout get` prints. */
export interface TreeNode {
  icon: string;
  name: ToneText;
  /** Empty for a line that only groups others. */
  kind: string;
  statusIcon: string;
  status: string;
  /** Milliseconds since the epoch; absent where a line has no age. */
  createdAtMs?: number;
  info: ToneText[][];
  children: TreeNode[];
}

export const OK_ICON = '✔';
export const BAD_ICON = '✖';
export const WARNING_ICON = '⚠';
export const UNKNOWN_ICON = '?';
export const PROGRESSING_ICON = '◌';
export const WAITING_ICON = '◷';
export const PAUSED_ICON = '॥';
export const NEUTRAL_ICON = '•';

const TONES: Record<string, Tone> = {
  [WAITING_ICON]: 'waiting',
  [PROGRESSING_ICON]: 'busy',
  [WARNING_ICON]: 'bad',
  [UNKNOWN_ICON]: 'waiting',
  [OK_ICON]: 'good',
  [BAD_ICON]: 'bad',
  canary: 'waiting',
  stable: 'good',
  active: 'good',
  preview: 'busy',
  Pending: 'busy',
  Running: 'busy',
};

/** The tone that the plugin gives an icon, a role or a phase. */
export function toneOf(word: string): Tone {
  return TONES[word];
}

export function toned(text: string, word = text): ToneText {
  return { text, tone: toneOf(word) };
}
