import type { CheckResult, Report } from '../../grader/index.ts';

/** The report as JUnit XML, a test case per check, for CI systems. */
export function toJunit(report: Report): string {
  const count = (result: CheckResult['result']): number => report.checks.filter((check) => check.result === result).length;
  const seconds = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1_000;
  const counts = `tests="${report.checks.length}" failures="${count('failed')}" errors="${count('error')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="lab" ${counts} time="${seconds}">`,
    `  <testsuite name="${escape(report.scenario)}" ${counts} timestamp="${escape(report.startedAt)}" time="${seconds}">`,
    ...report.checks.map((check) => testCase(report.scenario, check)),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

function testCase(scenario: string, { id, title, result, observed, expected, why, evidence }: CheckResult): string {
  const attributes = `classname="${escape(scenario)}" name="${escape(id)}"`;
  if (result === 'passed') return `    <testcase ${attributes}/>`;
  const element = result === 'failed' ? 'failure' : 'error';
  const text = [
    title,
    `observed: ${observed}`,
    `expected: ${expected}`,
    `why: ${why}`,
    ...evidence.map((item) => `evidence: ${item.object ?? ''} ${item.text}`),
  ];
  return `    <testcase ${attributes}><${element} message="${escape(observed)}">${escape(text.join('\n'))}</${element}></testcase>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' };

/** Characters that XML cannot carry at all become question marks. */
function escape(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?')
    .replaceAll(/[&<>"\n]/g, (character) => ENTITIES[character]!);
}
