/** What the value of a flag is. */
export type FlagKind =
  | 'switch'
  | 'text'
  | 'number'
  | 'duration'
  /** Acts the moment it is read. */
  | 'callback'
  /** Values separated by commas. */
  | 'list'
  /** The same, or the lines of a file. */
  | 'file-list'
  /** The same, without regard to case and with comments left out. */
  | 'normal-list'
  /** One value each time, or the lines of a file. */
  | 'lines'
  | 'severities'
  | 'protocols'
  | 'variables'
  | 'strategy';

/** What becomes of a flag: it is modelled; it makes no difference here; or using it cannot be simulated. */
export type FlagStanding = 'modelled' | 'idle' | 'refused';

export interface Flag {
  /** The long name, which is the key of the parsed value. */
  name: string;
  short: string | undefined;
  kind: FlagKind;
  standing: FlagStanding;
}

/** Every flag of nuclei v3.4.10: `long/short`, grouped by what is done with it and what its value is. */
const TABLE: readonly (readonly [standing: FlagStanding, kind: FlagKind, flags: string])[] = [
  ['modelled', 'list', 'target/u'],
  ['modelled', 'file-list', 'templates/t exclude-templates/et include-templates/it'],
  ['modelled', 'normal-list', 'author/a tags exclude-tags/etags include-tags/itags template-id/id exclude-id/eid'],
  ['modelled', 'severities', 'severity/s exclude-severity/es'],
  ['modelled', 'protocols', 'type/pt exclude-type/ept'],
  ['modelled', 'lines', 'header/H'],
  ['modelled', 'variables', 'var/V'],
  ['modelled', 'strategy', 'scan-strategy/ss'],
  ['modelled', 'text', 'list/l output/o json-export/je jsonl-export/jle'],
  ['modelled', 'switch', 'silent no-color/nc jsonl/j omit-raw/or omit-template/ot no-meta/nm verbose/v vv'],
  ['modelled', 'switch', 'follow-redirects/fr follow-host-redirects/fhr disable-redirects/dr disable-clustering/dc'],
  ['modelled', 'switch', 'leave-default-ports/ldp stop-at-first-match/spm no-mhe/nmhe no-stdin no-strict-syntax/nss no-httpx/nh'],
  [
    'modelled',
    'number',
    'max-redirects/mr rate-limit/rl rate-limit-minute/rlm bulk-size/bs concurrency/c timeout retries max-host-error/mhe',
  ],
  ['modelled', 'duration', 'rate-limit-duration/rld'],
  ['modelled', 'callback', 'version disable-update-check/duc'],
  ['idle', 'switch', 'no-interactsh/ni stats stats-json/sj stream include-rr/irr force-http2/fh2 ztls'],
  ['idle', 'switch', 'hang-monitor/hm tls-impersonate/tlsi allow-local-file-access/lfa'],
  ['idle', 'number', 'payload-concurrency/pc headless-bulk-size/hbs headless-concurrency/headc js-concurrency/jsc probe-concurrency/prc'],
  ['idle', 'number', 'stats-interval/si metrics-port/mp page-timeout response-size-save/rss var-dump-limit/vdl'],
  ['idle', 'number', 'interactions-cache-size interactions-eviction interactions-poll-duration interactions-cooldown-period'],
  ['idle', 'number', 'uncover-limit/ul uncover-ratelimit/ur fuzz-param-frequency'],
  ['idle', 'duration', 'dialer-keep-alive/dka input-read-timeout/irt'],
  ['idle', 'text', 'interactsh-server/iserver interactsh-token/itoken project-path sni'],
  [
    'refused',
    'switch',
    'code file enable-self-contained/esc enable-global-matchers/egm restrict-local-network-access/lna system-resolvers/sr',
  ],
  ['refused', 'number', 'response-size-read/rsr'],
  ['refused', 'switch', 'scan-all-ips/sa required-only/ro skip-format-validation/sfv new-templates/nt automatic-scan/as validate'],
  ['refused', 'switch', 'template-display/td tl tgl sign disable-unsigned-templates/dut store-resp/sresp timestamp/ts matcher-status/ms'],
  ['refused', 'switch', 'profile-list/tpl passive env-vars/ev show-match-line/sml fuzz dast dast-server/dts dast-report/dtr'],
  ['refused', 'switch', 'display-fuzz-points/dfp uncover/uc project headless show-browser/sb system-chrome/sc list-headless-action/lha'],
  ['refused', 'switch', 'debug debug-req/dreq debug-resp/dresp proxy-internal/pi list-dsl-function/ldf show-var-dump/svd enable-pprof/ep'],
  ['refused', 'switch', 'health-check/hc update/up update-templates/ut http-stats/hps cloud-upload/cup dashboard/pd prefetch-secrets/ps'],
  ['refused', 'callback', 'reset templates-version/tv auth'],
  ['refused', 'list', 'ip-version/iv new-templates-version/ntv redact/rd secret-file/sf'],
  [
    'refused',
    'file-list',
    'exclude-hosts/eh template-url/turl workflows/w workflow-url/wurl exclude-matchers/em fuzz-scope/cs fuzz-out-scope/cos',
  ],
  ['refused', 'file-list', 'headless-options/ho proxy/p'],
  ['refused', 'lines', 'template-condition/tc uncover-query/uq uncover-engine/ue track-error/te'],
  [
    'refused',
    'text',
    'resume input-mode/im prompt/ai store-resp-dir/srd report-db/rdb markdown-export/me sarif-export/se config profile/tp',
  ],
  ['refused', 'text', 'report-config/rc resolvers/r client-cert/cc client-key/ck client-ca/ca interface/i attack-type/at source-ip/sip'],
  [
    'refused',
    'text',
    'http-api-endpoint/hae fuzzing-type/ft fuzzing-mode/fm dast-server-token/dtst dast-server-address/dtsa fuzz-aggression/fa',
  ],
  [
    'refused',
    'text',
    'uncover-field/uf trace-log/tlog error-log/elog profile-mem update-template-dir/ud team-id/tid scan-id/sid scan-name/sname',
  ],
  ['refused', 'text', 'dashboard-upload/pdu'],
];

/** Flags by long and by short name. */
export const FLAGS: ReadonlyMap<string, Flag> = new Map(
  TABLE.flatMap(([standing, kind, names]) =>
    names.split(' ').flatMap((entry) => {
      const [name = '', short] = entry.split('/');
      const flag: Flag = { name, short, kind, standing };
      return [name, ...(short === undefined ? [] : [short])].map((key) => [key, flag] as const);
    }),
  ),
);
