import type { Volume } from '../../../kube/types/core.ts';
import { defaultFieldRef } from './field-ref-default.ts';

const DEFAULT_MODE = 0o644;
const TOKEN_LIFETIME_SECONDS = 3600;

interface DownwardItem {
  path: string;
  fieldRef?: { fieldPath: string; apiVersion?: string };
}

interface ProjectedSource {
  downwardAPI?: { items?: DownwardItem[] };
  serviceAccountToken?: { expirationSeconds?: number };
}

/** Fills in what the server adds to a volume, in place: a volume without a source is an empty directory. Models apis/core/v1/defaults.go. */
export function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  for (const source of [volume.configMap, volume.secret, volume.projected, volume.downwardAPI]) {
    if (source) (source as { defaultMode?: number }).defaultMode ??= DEFAULT_MODE;
  }
  if (volume['hostPath']) (volume['hostPath'] as { type?: string }).type ??= '';
  defaultDownwardItems(volume.downwardAPI?.items);
  for (const source of (volume.projected?.sources ?? []) as ProjectedSource[]) {
    defaultDownwardItems(source.downwardAPI?.items);
    if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= TOKEN_LIFETIME_SECONDS;
  }
}

function defaultDownwardItems(items: DownwardItem[] | undefined): void {
  for (const { fieldRef } of items ?? []) if (fieldRef) defaultFieldRef(fieldRef);
}
