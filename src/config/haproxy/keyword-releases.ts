/** Where a word is written: the first of a line of such a section, or a keyword behind an address. */
export type KeywordPlace = 'bind' | 'global' | 'option' | 'proxy' | 'section' | 'server' | 'stats' | 'timeout'

/** What `haproxy -c` says of a keyword, release by release (2.6.12, 3.0.11, 3.2.26, 3.4.7, and their own messages). */
export interface KeywordRelease {
  readonly place: KeywordPlace
  readonly words: readonly string[]
  /** The first release that refuses it. */
  readonly gone?: string
  /** The last release line that does not know it yet. */
  readonly unknownIn?: string
  /** The first release that warns of it. */
  readonly deprecated?: string
  /** What to write in its place; a clause. */
  readonly instead?: string
}

function row(
  place: KeywordPlace,
  words: string,
  rest: Pick<KeywordRelease, 'gone' | 'unknownIn' | 'deprecated' | 'instead'>,
): KeywordRelease {
  return { place, words: words.split(/\s+/), ...rest }
}

export const keywordReleases: readonly KeywordRelease[] = [
  row('global', 'nbproc', { gone: '2.5', instead: 'take the line away: threads use the processors by themselves' }),
  row('global', 'debug', { gone: '2.6', instead: 'start HAProxy with -d' }),
  row('global', 'tune.chksize', { gone: '2.6', instead: 'tune.bufsize' }),
  row('global', 'master-worker', { deprecated: '3.3', gone: '3.5', instead: 'start HAProxy with -W or -Ws' }),
  row('stats', 'bind-process', { gone: '2.7', instead: 'take the line away' }),
  row('proxy', 'bind-process', { gone: '2.7', instead: 'take the line away, or thread on the bind line' }),
  row('bind', 'process', { gone: '2.7', instead: 'thread' }),
  row('proxy', 'grace', { gone: '2.5', instead: 'grace in the global section' }),
  row('proxy', 'clitimeout', { gone: '2.1', instead: 'timeout client' }),
  row('proxy', 'contimeout', { gone: '2.1', instead: 'timeout connect' }),
  row('proxy', 'srvtimeout', { gone: '2.1', instead: 'timeout server' }),
  row('proxy', 'redispatch', { gone: '2.1', instead: 'option redispatch' }),
  row('proxy', 'block', { gone: '2.1', instead: 'http-request deny' }),
  row(
    'proxy',
    'reqadd reqallow reqdel reqdeny reqiallow reqidel reqideny reqipass reqirep reqitarpit reqpass reqrep reqtarpit',
    { gone: '2.1', instead: 'http-request rules' },
  ),
  row('proxy', 'rspadd rspdel rspdeny rspidel rspideny rspirep rsprep', {
    gone: '2.1',
    instead: 'http-response rules',
  }),
  row('proxy', 'appsession', { gone: '1.6', instead: 'a stick-table' }),
  row('proxy', 'monitor-net', { gone: '2.5', instead: 'http-request return status 200 if { src NET }' }),
  row('proxy', 'dispatch', { deprecated: '3.3', gone: '3.5', instead: 'a server with that address' }),
  row('proxy', 'transparent', { deprecated: '3.3', gone: '3.5', instead: 'a server with the address 0.0.0.0' }),
  row('option', 'transparent', { deprecated: '3.3', gone: '3.5', instead: 'a server with the address 0.0.0.0' }),
  row('option', 'http_proxy', { gone: '2.5', instead: 'take the line away' }),
  row('option', 'forceclose', { gone: '2.0', instead: 'option httpclose, if it is needed at all' }),
  row('option', 'http-tunnel', { gone: '2.1', instead: 'take the line away' }),
  row('option', 'http-use-htx', { gone: '2.6', instead: 'take the line away' }),
  row('option', 'independant-streams', { gone: '2.6', instead: 'option independent-streams' }),
  row('section', 'program', { gone: '3.3', instead: 'a service manager that starts the program' }),
  row('timeout', 'client-hs', { unknownIn: '2.8' }),
  row('section', 'crt-store', { unknownIn: '2.9' }),
  row('section', 'log-profile traces acme', { unknownIn: '3.0' }),
  row('section', 'healthcheck', { unknownIn: '3.2' }),
  row('bind', 'guid-prefix quic-socket default-crt', { unknownIn: '2.6' }),
  row('bind', 'idle-ping label', { unknownIn: '3.0' }),
  row('bind', 'cc ktls tcp-md5sig', { unknownIn: '3.2' }),
  row('server', 'set-proxy-v2-tlv-fmt', { unknownIn: '2.8' }),
  row('server', 'guid hash-key log-bufsize pool-conn-name', { unknownIn: '2.6' }),
  row('server', 'init-state strict-maxconn check-reuse-pool check-pool-conn-name', { unknownIn: '3.0' }),
  row('server', 'cc ktls renegotiate no-renegotiate sni-auto check-sni-auto', { unknownIn: '3.2' }),
  row(
    'global',
    `expose-deprecated-directives http-fail-codes limited-quic ssl-security-level tune.disable-zero-copy-forwarding
    tune.quic.max-frame-loss tune.quic.zero-copy-fwd-send`,
    { unknownIn: '2.6' },
  ),
]
