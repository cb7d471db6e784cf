import type { KubeObject } from '../../kube/types/meta.ts';
import type { ListPage } from '../api/reads.ts';
import { apiVersionOf, listKindOf, type ServedResource } from '../api/resource.ts';
import type { WatchEvent } from '../api/watch.ts';
import { jsonOfStored } from './answers.ts';
import type { Negotiated } from './negotiate.ts';
import { buildTable, partialMetadata, type IncludedObject } from './table/table.ts';

/** Turns objects, given in stored form, into the text that a client has asked for: plain, as a table, or as metadata only. */
export class Presenter {
  readonly #resource: ServedResource;
  readonly #negotiated: Negotiated;
  readonly #include: IncludedObject;
  readonly #nowMs: () => number;

  constructor(resource: ServedResource, negotiated: Negotiated, options: { include: IncludedObject; now: () => number }) {
    this.#resource = resource;
    this.#negotiated = negotiated;
    this.#include = options.include;
    this.#nowMs = options.now;
  }

  /** One object as JSON. */
  object(object: KubeObject): string {
    switch (this.#negotiated.presentation) {
      case 'object':
        return this.#plain(object);
      case 'metadata':
        return JSON.stringify(partialMetadata(object, this.#negotiated.metaVersion));
      case 'table':
        return JSON.stringify(this.#table([object], resourceVersionOf(object)));
    }
  }

  /** A page of a list as JSON. */
  list({ objects, revision, continue: token, remainingItemCount }: ListPage): string {
    const metadata = {
      resourceVersion: String(revision),
      ...(token !== undefined && { continue: token }),
      ...(remainingItemCount !== undefined && { remainingItemCount }),
    };
    const { metaVersion, presentation } = this.#negotiated;
    if (presentation === 'table') return JSON.stringify(this.#table(objects, metadata));
    if (presentation === 'metadata') {
      const items = objects.map((object) => partialMetadata(object, metaVersion));
      return JSON.stringify({ kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${metaVersion}`, metadata, items });
    }
    const { definition } = this.#resource;
    // Why: lists of custom objects say so when nothing follows, lists of built-in ones do not.
    const listMetadata = definition.isBuiltIn ? metadata : { continue: '', ...metadata };
    const header = { kind: listKindOf(definition), apiVersion: apiVersionOf(definition), metadata: listMetadata };
    const items = objects.map((object) => this.#listItem(object)).join(',');
    return `${JSON.stringify(header).slice(0, -1)},"items":[${items}]}`;
  }

  /** One event of a watch as a line of JSON. Only the first table of a watch says what its columns are. */
  event({ type, object }: WatchEvent, isFirst: boolean): string {
    return `{"type":"${type}","object":${this.#eventObject(type, object as KubeObject, isFirst)}}\n`;
  }

  #eventObject(type: WatchEvent['type'], object: KubeObject, isFirst: boolean): string {
    if (type === 'ERROR') return JSON.stringify(object);
    if (this.#negotiated.presentation === 'table') {
      const rows = type === 'BOOKMARK' ? [] : [object];
      const table = this.#table(rows, resourceVersionOf(object));
      const bookmarkRow =
        type === 'BOOKMARK' ? { rows: [{ cells: [], object: partialMetadata(object, this.#negotiated.metaVersion) }] } : {};
      return JSON.stringify({ ...table, ...bookmarkRow, ...(!isFirst && { columnDefinitions: null }) });
    }
    if (type === 'BOOKMARK') return JSON.stringify(object);
    return this.object(object);
  }

  #plain(object: KubeObject): string {
    const { conversion } = this.#resource;
    return conversion ? JSON.stringify(conversion.toServed(object)) : jsonOfStored(object);
  }

  /** Items of built-in lists come without kind and apiVersion, which the list has said already. */
  #listItem(object: KubeObject): string {
    const text = this.#plain(object);
    if (!this.#resource.definition.isBuiltIn) return text;
    const { kind, apiVersion } = object;
    const prefix = `{"apiVersion":"${apiVersion}","kind":"${kind}",`;
    if (text.startsWith(prefix)) return `{${text.slice(prefix.length)}`;
    const { kind: _kind, apiVersion: _apiVersion, ...rest } = JSON.parse(text) as KubeObject;
    return JSON.stringify(rest);
  }

  #table(objects: readonly KubeObject[], metadata: object): object {
    const options = { metaVersion: this.#negotiated.metaVersion, include: this.#include, nowMs: this.#nowMs() };
    return buildTable(this.#resource, objects, metadata, options);
  }
}

function resourceVersionOf({ metadata }: KubeObject): { resourceVersion?: string } {
  return metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion };
}
