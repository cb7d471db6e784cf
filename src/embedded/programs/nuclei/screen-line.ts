import type { Finding } from './finding.ts';
import { goQuoteToAscii } from '../../go-quote.ts';
import type { Style } from './style.ts';

/** A finding as a line on the screen: `[id:name] [http] [severity] url ["extracted"]`. Models output.formatScreen. */
export function screenLine(
  { template, matcherName, extractorName, extractedResults, exchange }: Finding,
  style: Style,
  showsMetadata: boolean,
): string {
  const name = matcherName ?? extractorName;
  const metadata = [
    `[${style.brightGreen(template.id)}${name === undefined ? '' : `:${style.boldBrightGreen(name)}`}]`,
    `[${style.brightBlue('http')}]`,
    `[${style.severity(template.severity || 'unknown')}]`,
  ];
  const extracted = extractedResults.map((value) => style.brightCyan(goQuoteToAscii(value.trim()).replaceAll('\\"', '"')));
  const parts = [...(showsMetadata ? metadata : []), exchange.matchedAt, ...(extracted.length > 0 ? [`[${extracted.join(',')}]`] : [])];
  return parts.join(' ');
}
