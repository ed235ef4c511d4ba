import { type Reach, reachTable, wordSet } from '../../config/left-out.js'

/** Sections that a copy keeps. What the others are for is not needed on loopback. */
export const keptSections = wordSet('global defaults frontend backend listen userlist cache')

/**
 * Why a known keyword is not kept (configuration.txt 3 and 4 of HAProxy 2.6 to 3.4). What is in neither list is left
 * out as well: an allow list decides, this table only says why.
 */
export const sectionReach = reachTable({
  'runs a program': 'program',
  'opens a file': 'http-errors crt-list crt-store',
  'connects elsewhere': 'peers mailers resolvers acme fcgi-app log-forward ring',
  'belongs to its machine': 'traces log-profile',
})

/** `global`: nothing of it executes, loads, opens, writes or connects. `tune.` has a rule of its own. */
export const keptGlobal = wordSet(`anonkey busy-polling close-spread-time cluster-secret description dns-accept-family
  expose-deprecated-directives expose-experimental-directives fd-hard-limit grace
  h1-accept-payload-with-any-method h1-case-adjust h1-do-not-close-on-insecure-transfer-encoding
  harden.reject-privileged-ports.quic harden.reject-privileged-ports.tcp h2-workaround-bogus-websocket-clients hard-stop-after http-err-codes http-fail-codes jwt.allow_none_alg
  jwt.decrypt_alg_list jwt.decrypt_enc_list limited-quic max-spread-checks max-threads-per-group maxcompcpuusage
  maxcomprate maxconn maxconnrate maxpipes maxsessrate maxsslconn maxsslrate maxzlibmem nbthread no-memory-trimming
  no-quic noepoll noevports nogetaddrinfo nokqueue noktls nopoll noreuseport nosplice numa-cpu-mapping
  pp2-never-send-local profiling.memory profiling.tasks quiet set-var set-var-fmt spread-checks
  ssl-default-bind-ciphers ssl-default-bind-ciphersuites ssl-default-bind-client-sigalgs ssl-default-bind-curves
  ssl-default-bind-options ssl-default-bind-sigalgs ssl-default-server-ciphers ssl-default-server-ciphersuites
  ssl-default-server-client-sigalgs ssl-default-server-curves ssl-default-server-options ssl-default-server-sigalgs
  ssl-load-extra-del-ext ssl-load-extra-files ssl-mode-async ssl-security-level ssl-server-verify
  ssl-skip-self-issued-ca strict-limits thread-group thread-groups thread-hard-limit tune.
  warn-blocked-traffic-after zero-warning`)

export const globalReach = reachTable({
  'runs a program': 'external-check insecure-fork-wanted insecure-setuid-wanted ssl-passphrase-cmd',
  'loads code': `lua-load lua-load-per-thread lua-prepend-path ssl-engine ssl-provider ssl-provider-path ssl-propquery
    module-load module-path`,
  'opens a file': `51degrees-data-file 51degrees-allow-unmatched 51degrees-cache-size 51degrees-difference
    51degrees-drift 51degrees-property-name-list 51degrees-property-separator 51degrees-use-performance-graph
    51degrees-use-predictive-graph ca-base crt-base key-base deviceatlas-json-file deviceatlas-log-level
    deviceatlas-properties-cookie deviceatlas-separator h1-case-adjust-file issuers-chain-path server-state-base
    server-state-file ssl-dh-param-file wurfl-cache-size wurfl-data-file wurfl-engine-mode wurfl-information-list
    wurfl-information-list-separator wurfl-patch-file wurfl-useragent-priority`,
  'writes a file': 'pidfile shm-stats-file shm-stats-file-max-objects stats',
  'connects elsewhere': `acme.scheduler email-alert httpclient.resolvers.disabled httpclient.resolvers.id
    httpclient.resolvers.prefer httpclient.retries httpclient.ssl.ca-file httpclient.ssl.verify
    httpclient.timeout.connect log ocsp-update.disable ocsp-update.httpproxy ocsp-update.maxdelay
    ocsp-update.mindelay ocsp-update.mode`,
  'belongs to its machine': `chroot default-path cpu-affinity cpu-map cpu-policy cpu-set daemon force-cfg-parser-pause gid group
    localpeer log-send-hostname log-tag master-worker mworker-max-reloads nbproc node prealloc-fd presetenv resetenv
    set-dumpable setcap setenv stress-level uid ulimit-n unix-bind unsetenv user`,
})

/** `tune.` of the parts that are left out, or of the machine's scheduler. */
export const isKeptTune = (name: string): boolean => name.startsWith('tune.') && tuneReach(name) === undefined

export function tuneReach(name: string): Reach | undefined {
  if (name.startsWith('tune.lua.')) return 'loads code'
  return name.startsWith('tune.renice.') ? 'belongs to its machine' : undefined
}

/** `defaults`, `frontend`, `listen`, `backend`. Keywords HAProxy has removed stay, so that it can refuse them itself. */
export const keptProxy = wordSet(`acl backlog balance be-unpublished bind bind-process block clitcpka-cnt clitcpka-idle
  clitcpka-intvl clitimeout compression contimeout cookie declare default default_backend default-server description
  disabled enabled errorloc errorloc302 errorloc303 filter force-be-switch force-persist fullconn grace guid
  hash-balance-factor hash-key hash-preserve-affinity hash-type http-after-response http-check http-error http-request
  http-response http-reuse http-send-name-header id ignore-persist max-keep-alive-queue max-session-srv-conns maxconn
  mode monitor monitor-net monitor-uri no option persist quic-initial rate-limit redirect reqrep reqadd rspadd retries
  retry-on server server-template srvtcpka-cnt srvtcpka-idle srvtcpka-intvl srvtimeout stats stick stick-table
  tcp-check tcp-request tcp-response timeout transparent unique-id-format unique-id-header use_backend use-server`)

export const proxyReach = reachTable({
  'runs a program': 'external-check',
  'opens a file': 'errorfile errorfiles load-server-state-from-file server-state-file-name ssl-f-use',
  'connects elsewhere': 'dispatch email-alert log source use-fcgi-app',
  'belongs to its machine': 'capture error-log-format log-format log-format-sd log-steps log-tag',
})

export const keptOptions = wordSet(`abortonclose accept-invalid-http-request accept-invalid-http-response
  accept-unsafe-violations-in-http-request accept-unsafe-violations-in-http-response allbackups checkcache clitcpka
  contstats disable-h2-upgrade forwarded forwardfor h1-case-adjust-bogus-client h1-case-adjust-bogus-server
  http-buffer-request http-drop-request-trailers http-drop-response-trailers http-ignore-probes http-keep-alive
  http-no-delay http-pretend-keepalive http-restrict-req-hdr-names http-server-close http-tunnel http-use-htx
  http-use-proxy-header httpchk httpclose forceclose httplog httpslog idle-close-on-response independent-streams
  ldap-check mysql-check nolinger originalto persist pgsql-check prefer-last-server redispatch redis-check smtpchk
  socket-stats splice-auto splice-request splice-response spop-check srvtcpka ssl-hello-chk tcp-check
  tcp-smart-accept tcp-smart-connect tcpka tcplog`)

export const optionReach = reachTable({
  'runs a program': 'external-check',
  'connects elsewhere': 'transparent',
  'belongs to its machine': 'dontlog-normal dontlognull log-health-checks log-separate-errors logasap',
})

/** Rules of `tcp-request`, `http-request` and the like, by their action without parentheses. */
export const keptActions =
  wordSet(`accept add-header add-headers-bin allow attach-srv auth cache-store cache-use capture
  close connection content del-header del-headers-bin deny disable-l7-retry do-log early-hint expect-netscaler-cip
  expect-proxy inspect-delay normalize-uri pause redirect reject replace-header replace-path replace-pathq replace-uri
  replace-value return sc-add-gpc sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-set-gpt sc-set-gpt0 send-status session
  set-bandwidth-limit set-bc-mark set-bc-tos set-fc-mark set-fc-tos set-header set-headers-bin set-log-level set-mark
  set-method set-nice set-path set-pathq set-priority-class set-priority-offset set-query set-retries set-src
  set-src-port set-status set-timeout set-tos set-uri set-var set-var-fmt silent-drop strict-mode switch-mode tarpit
  track-sc0 track-sc1 track-sc2 track-sc unset-var use-service wait-for-body wait-for-handshake`)

export const actionReach = reachTable({
  'opens a file': 'add-acl del-acl del-map set-map',
  'connects elsewhere': 'do-resolve ot-group send-spoe-group set-dst set-dst-port',
})

/** `filter NAME`: the others open files of their own and connect to agents. */
export const keptFilters = wordSet('bwlim-in bwlim-out cache comp-req comp-res compression')

export const keptBind = wordSet(`accept-netscaler-cip accept-proxy allow-0rtt alpn backlog ca-file ca-ignore-err
  ca-verify-file ciphers ciphersuites client-sigalgs crl-file crt crt-ignore-err crt-list curves default-crt defer-accept ecdhe
  force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 guid-prefix id idle-ping ktls label maxconn mss name
  nice no-alpn no-ca-names no-sslv3 no-strict-sni no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 npn
  prefer-client-ciphers proto severity-output shards sigalgs ssl ssl-max-ver ssl-min-ver strict-sni tcp-ut tfo
  tls-tickets v4v6 v6only verify`)

export const bindReach = reachTable({
  'opens a file': 'ca-sign-file ca-sign-pass generate-certificates tls-ticket-keys',
  'connects elsewhere': 'nbconn ocsp-update transparent quic-cc-algo quic-force-retry quic-socket',
  'belongs to its machine': `cc expose-fd gid group interface level mode namespace process tcp-md5sig tcp-ss thread uid
    user`,
})

export const keptServer = wordSet(`addr allow-0rtt alpn backup ca-file check check-alpn check-pool-conn-name check-proto
  check-reuse-pool check-send-proxy check-sni check-sni-auto check-ssl ciphers ciphersuites client-sigalgs cookie crt
  curves disabled downinter enabled error-limit fall fastinter force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12
  force-tlsv13 guid hash-key healthcheck id idle-ping init-state inter ktls log-bufsize log-proto max-reuse maxconn
  maxqueue minconn no-agent-check no-backup no-check no-check-reuse-pool no-check-send-proxy no-check-sni-auto
  no-check-ssl no-renegotiate no-send-proxy no-send-proxy-v2 no-send-proxy-v2-ssl no-send-proxy-v2-ssl-cn no-sni-auto
  no-ssl no-ssl-reuse no-sslv3 no-tfo no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 no-verifyhost non-stick
  npn observe on-error on-marked-down on-marked-up pool-conn-name pool-idle-timeout pool-low-conn pool-max-conn
  pool-purge-delay port proto proxy-v2-options redir renegotiate rise send-proxy send-proxy-v2 send-proxy-v2-ssl
  send-proxy-v2-ssl-cn set-proxy-v2-tlv-fmt shard sigalgs slowstart sni sni-auto srv-id ssl ssl-max-ver ssl-min-ver
  ssl-reuse stick strict-maxconn tcp-ut tfo tls-tickets track verify verifyhost weight ws`)

export const serverReach = reachTable({
  'opens a file': 'crl-file',
  'connects elsewhere': `agent-addr agent-check agent-inter agent-port agent-send check-via-socks4 init-addr resolve-net
    resolve-opts resolve-prefer resolvers socks4 source usesrc quic-cc-algo`,
  'belongs to its machine': 'cc interface namespace tcp-md5sig',
})

/** Lines of `global` that only root or a service can follow, and that HAProxy can judge without following them. */
export const judgedGlobal = wordSet(`cpu-map daemon gid log-send-hostname log-tag master-worker nbproc node uid
  ulimit-n`)

/** Lines of proxies about logs, which HAProxy can judge as well; in a sandbox the log is ours. */
export const judgedProxy = wordSet('capture error-log-format log-format log-format-sd log-steps log-tag')
export const judgedOptions = wordSet('dontlog-normal dontlognull log-health-checks log-separate-errors logasap')
