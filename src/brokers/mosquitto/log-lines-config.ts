import { type LineRow, next } from '../log-lines.js'

/** What Mosquitto says about its own file when it does not start. */
export const mosquittoConfigRows: readonly LineRow[] = [
  {
    pattern: /Unknown configuration variable ['"](enable_proxy_protocol|proxy_protocol_v2_require_tls)['"]/i,
    example: '1795737168: Error: Unknown configuration variable "enable_proxy_protocol".',
    meaning: 'this Mosquitto is older than 2.1 and cannot read PROXY headers; it does not start',
    next: ['mosquitto -h | head -1'],
  },
  {
    pattern: /Unknown configuration variable ['"](\S+?)['"]/i,
    example: "1795737170: Error: Unknown configuration variable 'enable_proxy_protocol_v2'.",
    meaning: 'Mosquitto does not know this option, and does not start',
    causes: (found) => [
      ...(/proxy/i.test(found[1] ?? '')
        ? ['the option is called "enable_proxy_protocol 2" (or 1), below a listener']
        : []),
      'the option is misspelt, or of another version of Mosquitto',
    ],
    next: ['mqtt-proxy lint /etc/mosquitto/mosquitto.conf'],
  },
  {
    pattern:
      /'?enable_proxy_protocol'? (?:value not a number|must be 1 or 2)|Invalid 'proxy_protocol_v2_require_tls' value/i,
    example: '1795737170: Error: enable_proxy_protocol must be 1 or 2.',
    meaning:
      'the value is wrong: enable_proxy_protocol takes 1 or 2 (no "true"), proxy_protocol_v2_require_tls takes true or false',
    next: ['mqtt-proxy lint /etc/mosquitto/mosquitto.conf'],
  },
  {
    pattern: /Error: (?:Invalid '?\S+'? value|Empty '?\S+'? value)/i,
    example: "1795737202: Error: Invalid 'port' value (70000).",
    meaning: 'the value of an option is wrong, and Mosquitto does not start',
    next: ['mqtt-proxy lint /etc/mosquitto/mosquitto.conf'],
  },
  {
    pattern: /'(\S+)' option requires a listener to be defined first/i,
    example: "1795737170: Error: The 'enable_proxy_protocol' option requires a listener to be defined first.",
    meaning: 'the option stands before the first "listener" line; it has to follow one',
    next: ['mqtt-proxy lint /etc/mosquitto/mosquitto.conf'],
  },
  {
    pattern: /cannot be used with `enable_proxy_protocol/i,
    example: '1795737170: Error: certfile and keyfile cannot be used with `enable_proxy_protocol 2`.',
    meaning:
      'a listener with enable_proxy_protocol 2 has no TLS of its own: HAProxy ends TLS and reports it in the header',
    causes: [
      'use_subject_as_username does not go with it either: the header has only the CN (use_identity_as_username)',
    ],
    next: ['mqtt-proxy lint /etc/mosquitto/mosquitto.conf'],
  },
  {
    pattern: /cafile specified without certfile and keyfile/i,
    example: '1795737168: Error: cafile specified without certfile and keyfile.',
    meaning: 'the listener has a cafile and no certificate of its own',
    causes: ['behind HAProxy with PROXY headers cafile belongs to HAProxy (ca-file on the bind), not to Mosquitto'],
    next: ['mqtt-proxy lint /etc/mosquitto/mosquitto.conf'],
  },
  {
    pattern: /Unable to load (?:server certificate|server key file|CA certificates|certificate revocation)/i,
    example: '1795737154: Error: Unable to load server certificate "certs/broker/server.crt". Check certfile.',
    meaning: 'Mosquitto cannot read a certificate or key, and does not start; the OpenSSL lines below it tell why',
    causes: [
      '"No such file": the path is wrong; it counts from the working folder, not from mosquitto.conf',
      '"Permission denied": Mosquitto has already become the user of "user" (mosquitto, or nobody), who may not read the file',
      '"key values mismatch": certificate and key do not belong together',
    ],
    next: ['sudo -u mosquitto test -r /etc/mosquitto/certs/server.key && echo readable'],
  },
  {
    pattern:
      /OpenSSL Error ?\[\d+\].*(?:No such file|Permission denied|system lib|BIO routines|key values mismatch|no start line)/i,
    example: '1795737154: OpenSSL Error[0]: error:8000000D:system library::Permission denied',
    meaning: 'why a certificate or key could not be read: it belongs to the line "Unable to load" above it',
    normal: true,
  },
  {
    pattern: /Error: Address already in use/i,
    example: '1795737170: Error: Address already in use',
    meaning: 'another program has the port of a listener: HAProxy, or another Mosquitto',
    next: [next.ports],
  },
  {
    pattern: /Unable to open (?:pwfile|password file|acl_file)|Error opening (?:password|acl) file/i,
    example: '1795737202: password-file: Error: Unable to open pwfile "passwords".',
    meaning: 'Mosquitto cannot read its password or ACL file',
    causes: ['the path is wrong', 'the user of Mosquitto may not read it'],
  },
  {
    pattern: /^(?:\d+: )?Error found at /i,
    example: '1795737168: Error found at mosquitto.conf:2.',
    meaning: 'the place of the error in the line above it',
    normal: true,
  },
  {
    pattern: /Starting in local only mode/i,
    example:
      '1795737168: Starting in local only mode. Connections will only be possible from clients running on this machine.',
    meaning: 'the file has no listener: Mosquitto listens on 127.0.0.1:1883 only, without PROXY headers',
    next: ['mqtt-proxy lint /etc/mosquitto/mosquitto.conf'],
  },
]
