/** Paints a text with a terminal code. */
export type Paint = (text: string) => string;

/** The colours that nuclei uses; it paints whether or not somebody looks at a terminal, unless it runs with `-nc`. */
export interface Style {
  label: Readonly<Record<LabelColour, Paint>>;
  brightGreen: Paint;
  boldBrightGreen: Paint;
  brightBlue: Paint;
  brightCyan: Paint;
  brightYellow: Paint;
  severity(severity: string): string;
}

type LabelColour = 'FTL' | 'ERR' | 'INF' | 'WRN' | 'VER';

const SEVERITY_CODES: Readonly<Record<string, string>> = { info: '34', low: '32', medium: '33', high: '38;5;208', critical: '31' };
const WHITE = '37';

/** The colours, or none. */
export function createStyle(isColoured: boolean): Style {
  const paint =
    (code: string): Paint =>
    (text) =>
      isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    label: { FTL: paint('1;31'), ERR: paint('31'), INF: paint('34'), WRN: paint('33'), VER: paint('34') },
    brightGreen: paint('92'),
    boldBrightGreen: paint('1;92'),
    brightBlue: paint('94'),
    brightCyan: paint('96'),
    brightYellow: paint('93'),
    severity: (severity) => paint(SEVERITY_CODES[severity] ?? WHITE)(severity),
  };
}

/** The text without terminal codes, as nuclei writes it to a file. */
export function withoutColours(text: string): string {
  return text.replace(/\u001b\[[0-9;]*[a-zA-Z]/g, '');
}
