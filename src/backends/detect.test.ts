import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { BACKEND_CHOICES, chooseBackend, type Machine } from './detect.ts';

const withKind: Machine = { examineKind: () => Promise.resolve({ works: true, because: 'Docker 28 and kind 0.33.0 are here' }) };
const withoutKind: Machine = { examineKind: () => Promise.resolve({ works: false, because: 'Docker does not answer' }) };
const unasked: Machine = { examineKind: () => Promise.reject(new Error('nobody should look')) };
const BOTH = ['embedded', 'kind'];

describe('chooseBackend', () => {
  it('takes kind where it can work, and says why', async () => {
    expect(await chooseBackend('auto', BOTH, withKind)).toEqual({ name: 'kind', because: 'Docker 28 and kind 0.33.0 are here' });
  });

  it('takes the embedded cluster where kind cannot work, and says why', async () => {
    expect(await chooseBackend('auto', BOTH, withoutKind)).toEqual({
      name: 'embedded',
      because: 'no kind here: Docker does not answer; it needs nothing but Node',
    });
  });

  it('does not look at the machine when nothing depends on it', async () => {
    expect(await chooseBackend('auto', ['embedded'], unasked)).toMatchObject({ name: 'embedded' });
    expect(await chooseBackend('kind', BOTH, unasked)).toEqual({ name: 'kind', because: 'you asked for it' });
    expect(await chooseBackend('embedded', BOTH, unasked)).toEqual({ name: 'embedded', because: 'you asked for it' });
  });

  it('refuses what there is not, and what the scenario does not run on', async () => {
    expect(BACKEND_CHOICES).toEqual(['auto', 'kind', 'embedded']);
    await expect(chooseBackend('king', BOTH, unasked)).rejects.toThrow('there is no backend "king"; did you mean "kind"?');
    await expect(chooseBackend('kind', ['embedded'], unasked)).rejects.toThrow('this scenario does not run on the backend "kind"');
    await expect(chooseBackend('auto', ['kind'], withoutKind)).rejects.toThrow(UsageError);
  });
});
