/** The version that the embedded nuclei models. */
export const VERSION = 'v3.4.10';

const LETTERS = [
  '                     __     _',
  '   ____  __  _______/ /__  (_)',
  '  / __ \\/ / / / ___/ / _ \\/ /',
  ' / / / / /_/ / /__/ /  __/ /',
  `/_/ /_/\\__,_/\\___/_/\\___/_/   ${VERSION}`,
];

/** What nuclei shows first, unless it is silent. */
export const BANNER = `\n${LETTERS.join('\n')}\n\n\t\tprojectdiscovery.io\n`;
