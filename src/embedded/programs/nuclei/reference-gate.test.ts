import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { runInBox, shopNetwork, type BoxResult, type FakeNetwork } from './testing/nuclei-box.ts';
import { asConfigMap } from './testing/rules.ts';

interface Gate {
  spec: { metrics: { provider: { job: { spec: { template: { spec: { containers: { command: string[]; args: string[] }[] } } } } } }[] };
}

const repository = new URL('../../../../', import.meta.url);
const gate = parse(readFileSync(new URL('solutions/scenario-1/fix/security-scan.yaml', repository), 'utf8')) as Gate;
const { command, args } = gate.spec.metrics[0]!.provider.job.spec.template.spec.containers[0]!;
const [ruleMap] = parseAllDocuments(readFileSync(new URL('scenarios/scenario-1/base/scan-rules.yaml', repository), 'utf8'));
const rules = (ruleMap!.toJS() as { data: Record<string, string> }).data;

function runGate(network: FakeNetwork): Promise<BoxResult> {
  return runInBox([...command, ...args], { files: asConfigMap('/rules', rules), commands: ['grep'], network });
}

describe('the reference gate of scenario-1', () => {
  test.each(['1.0', '1.1', '1.3', '1.8'])('lets the sound release %s through', async (release) => {
    const { stdout, end } = await runGate(shopNetwork(release));
    expect({ stdout, end }).toEqual({ stdout: 'scanned, no findings\n', end: { kind: 'exited', code: 0 } });
  });

  test.each(['1.2', '1.4', '1.5', '1.9'])('stops the weak release %s', async (release) => {
    const { stderr, end } = await runGate(shopNetwork(release));
    expect({ stderr, end }).toEqual({ stderr: 'this release has findings\n', end: { kind: 'exited', code: 1 } });
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'silence'] as const)('stops a release that nobody can reach (%s)', async (outcome) => {
    const { stderr, end } = await runGate(() => outcome);
    expect(end).toEqual({ kind: 'exited', code: 1 });
    expect(stderr).toContain('nothing was scanned');
  });

  test('waits for a Service that has only just moved', async () => {
    let asked = 0;
    const shop = shopNetwork('1.1');
    const { end } = await runGate((request) => (++asked <= 3 ? 'ECONNREFUSED' : shop(request)));
    expect(end).toEqual({ kind: 'exited', code: 0 });
  });

  test('stops a release that goes away during the scan', async () => {
    let asked = 0;
    const shop = shopNetwork('1.1');
    const { stderr, end } = await runGate((request) => (++asked > 1 ? 'ECONNREFUSED' : shop(request)));
    expect(end).toEqual({ kind: 'exited', code: 1 });
    expect(stderr).toContain('went away during the scan');
  });
});
