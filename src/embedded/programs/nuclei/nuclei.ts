import { fromBytes, toBytes } from '../../shell/kernel/bytes.ts';
import type { Process, Program } from '../../shell/kernel/process.ts';
import type { Task } from '../../shell/kernel/task.ts';
import { BANNER, VERSION } from './banner.ts';
import { FLAGS } from './cli/flag-table.ts';
import { contradictionIn, readOptions, type Options } from './cli/options.ts';
import { FlagError, parseFlags, type ParsedFlags } from './cli/parse-flags.ts';
import type { Scan } from './execute-group.ts';
import { ContainerFiles } from './files.ts';
import { FindingWriter } from './finding-writer.ts';
import { formatGoDuration } from './go-text.ts';
import { HostErrors } from './host-errors.ts';
import { loadTemplates, type Loading } from './load-templates.ts';
import { FatalError, Logger } from './logger.ts';
import { probeTargets } from './probe-targets.ts';
import { RateLimit } from './rate-limit.ts';
import { scanTemplates } from './scan-templates.ts';
import { createStyle, type Style } from './style.ts';
import { readTargets } from './targets.ts';

const USAGE_STATUS = 2;
/** What the real one needs before it sends its first request. */
const START_UP_MS = 100;

/** What is said about templates that were left out, when nothing else was loaded or everything is told. */
const EXCLUSIONS: readonly (readonly [protocol: string, text: string])[] = [
  ['headless', 'headless template[s] (disabled as default), use -headless option to run headless templates.'],
  ['code', 'code template[s] (disabled as default), use -code option to run code templates.'],
  ['file', 'file template[s] (disabled as default), use -file option to run file templates.'],
  ['self-contained', 'self-contained template[s] (disabled as default), use -esc option to run self-contained templates.'],
];

/**
 * `nuclei`, as far as the labs use it: HTTP templates against targets on the virtual network. It exits with 0 whether or not it found
 * something, and also when it reached nobody; with 1 when there was nothing to run; with 2 for a wrong flag. docs/nuclei.md says what it has.
 */
export const nuclei: Program = function* (process) {
  const files = new ContainerFiles(process);
  let flags: ParsedFlags;
  try {
    flags = parseFlags(process.argv.slice(1).map(fromBytes), files);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    yield* process.write(1, toBytes(`${error.message}\n`));
    return USAGE_STATUS;
  }
  return yield* new Nuclei(process, flags, files).run();
};

/** One run of the program. */
class Nuclei {
  readonly #process: Process;
  readonly #flags: ParsedFlags;
  readonly #files: ContainerFiles;
  readonly #style: Style;
  readonly #logger: Logger;
  readonly #home: string;

  constructor(process: Process, flags: ParsedFlags, files: ContainerFiles) {
    this.#process = process;
    this.#flags = flags;
    this.#files = files;
    this.#style = createStyle(!flags.isOn('no-color'));
    this.#logger = new Logger(process, this.#style, flags.isOn('silent') ? 'silent' : flags.isOn('verbose') ? 'verbose' : 'info');
    this.#home = fromBytes(process.environment.get('HOME') ?? '/root');
  }

  *run(): Task<number> {
    if (this.#flags.asksForHelp) return yield* this.#showHelp();
    if (this.#flags.isOn('version')) return yield* this.#showVersion();
    try {
      yield* this.#logger.print(BANNER);
      const contradiction = contradictionIn(this.#flags);
      if (contradiction !== undefined) throw new FatalError(`Program exiting: ${contradiction}`);
      yield* this.#scan(readOptions(this.#flags));
      return 0;
    } catch (error) {
      if (!(error instanceof FatalError)) throw error;
      yield* this.#logger.fatal(error.message);
      return 1;
    }
  }

  *#scan(options: Options): Task<void> {
    const targets = yield* readTargets(this.#process, options, this.#files, this.#logger);
    const writer = new FindingWriter(this.#process, options, this.#style, this.#templatesDirectory);
    yield* this.#process.sleep(START_UP_MS);
    yield* this.#logger.verbose('Started metrics server at localhost:9092');
    const loading = yield* loadTemplates(options, this.#files, this.#logger, this.#templatesDirectory);
    yield* this.#announce(options, loading, targets.length);
    const startedMs = this.#process.kernel.host.now();
    const scan = this.#createScan(options, writer);
    if (loading.templates.length > 0) {
      const urls = options.probesHosts ? yield* probeTargets(scan, targets) : targets;
      yield* scanTemplates(scan, loading.templates, urls);
    }
    const tookText = formatGoDuration(this.#process.kernel.host.now() - startedMs);
    const foundText = writer.count === 0 ? 'No results found.' : `${writer.count} matches found.`;
    yield* this.#logger.info(`Scan completed in ${tookText}. ${foundText}`);
    if (loading.templates.length === 0) throw new FatalError('Could not run nuclei: no templates provided for scan');
    yield* writer.finish();
  }

  get #templatesDirectory(): string {
    return `${this.#home}/nuclei-templates`;
  }

  #createScan(options: Options, writer: FindingWriter): Scan {
    const process = this.#process;
    const { random } = process.kernel;
    return {
      process,
      options,
      settings: {
        headers: options.headers,
        variables: options.variables,
        leavesDefaultPorts: options.leavesDefaultPorts,
        keepsConnections: options.isHostSpray,
        random,
      },
      logger: this.#logger,
      writer,
      hostErrors: new HostErrors(options.maxHostErrors === undefined ? undefined : Math.max(options.maxHostErrors, options.concurrency)),
      rateLimit: new RateLimit(process, options.rateLimit, options.rateWindowMs),
    };
  }

  /** Models Runner.displayExecutionInfo. */
  *#announce(
    options: Options,
    { templates, syntaxWarnings, runtimeProblems, excludedByProtocol }: Loading,
    targetCount: number,
  ): Task<void> {
    const logger = this.#logger;
    if (syntaxWarnings > 0) {
      yield* logger.notice(`Found ${syntaxWarnings} templates with syntax warning (use -validate flag for further examination)`);
    }
    if (runtimeProblems > 0) {
      yield* logger.notice(`Found ${runtimeProblems} templates with runtime error (use -validate flag for further examination)`);
    }
    if (options.isVerbose || templates.length === 0) {
      for (const [protocol, text] of EXCLUSIONS) {
        const count = excludedByProtocol.get(protocol) ?? 0;
        if (count > 0) yield* logger.brightNotice(`Excluded ${count} ${text}`);
      }
    }
    const unknown = `(${this.#style.brightYellow('unknown')}) - remove '-duc' flag to enable update checks`;
    const latest = '(latest)';
    const state = this.#flags.isOn('disable-update-check') ? unknown : latest;
    yield* logger.info(`Current nuclei version: ${VERSION} ${state}`);
    yield* logger.info(`Current nuclei-templates version:  ${state}`);
    yield* logger.warning('Scan results upload to cloud is disabled.');
    if (templates.length > 0) {
      yield* logger.info('New templates added in latest release: 0');
      yield* logger.info(`Templates loaded for current scan: ${templates.length}`);
      const warning = `[${this.#style.brightYellow('WRN')}] Loading ${templates.length} unsigned templates for scan. Use with caution.`;
      if (!options.isSilent) yield* logger.printToOutput(warning);
    }
    if (targetCount > 0) yield* logger.info(`Targets loaded for current scan: ${targetCount}`);
    if (!options.listsTemplates) return;
    for (const { template } of templates) {
      const authors = template.info.author.map((author) => (author.startsWith('@') ? author : `@${author}`)).join(',');
      yield* logger.printToOutput(
        `[${this.#style.brightBlue(template.id)}] ${template.info.name} (${authors}) [${this.#style.severity(template.severity)}]`,
      );
    }
  }

  *#showVersion(): Task<number> {
    const logger = new Logger(this.#process, createStyle(true), 'info');
    yield* logger.info(`Nuclei Engine Version: ${VERSION}`);
    yield* logger.info(`Nuclei Config Directory: ${this.#home}/.config/nuclei`);
    yield* logger.info(`Nuclei Cache Directory: ${this.#home}/.cache/nuclei`);
    yield* logger.info(`PDCP Directory: ${this.#home}/.pdcp`);
    return 0;
  }

  *#showHelp(): Task<number> {
    const flags = [...new Set(FLAGS.values())].map(({ name, short }) => `   ${short === undefined ? '' : `-${short}, `}-${name}`);
    yield* this.#process.write(1, toBytes(`Usage:\n  nuclei [flags]\n\nFlags:\n${flags.join('\n')}\n`));
    return 0;
  }
}
