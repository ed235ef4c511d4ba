import type { Erratum } from './types.js'

/** Common mistakes, and where the documented scenarios have them; each generated departure points at one of these. */
const mosquitto = (lines: string, says: string, works: string, proof: string): Erratum => ({
  document: 'mosquitto',
  lines,
  says,
  works,
  proof,
})

export const errata = {
  optionName: mosquitto(
    '23,192,215,238,265',
    'enable_proxy_protocol_v2 true in mosquitto.conf',
    'enable_proxy_protocol 2',
    'Mosquitto 2.1.2: "Unknown configuration variable", exit 3',
  ),
  reachedThrough: mosquitto(
    '31',
    'clients are sent to the address of the broker',
    'clients connect to HAProxy, and only HAProxy connects to the broker',
    'a client that goes straight to the broker brings no header: Mosquitto 2.1.2 closes it',
  ),
  connectTimeout: mosquitto(
    '80',
    'timeout connect is taken for a limit of the client',
    'it limits the connection from HAProxy to the server',
    'HAProxy configuration manual 4.2, timeout connect',
  ),
  timeouts: mosquitto(
    '75-91',
    'timeout client and timeout server of 60 s',
    'more than 1.5 times the keepalive of the clients',
    'mosquitto_sub with keepalive 60 behind HAProxy 2.6: cut at 60.00 s every time, termination code cD',
  ),
  trafficLog: mosquitto(
    '52-66,72-77',
    'log lines in the global section only',
    'log global and option tcplog in defaults',
    'HAProxy 2.6 and 3.2: no line for any connection without them',
  ),
  privileges: mosquitto(
    '54-56',
    'user, group and daemon in the global section',
    'left out: they need root, or send HAProxy to the background',
    'HAProxy 2.6 without root: "Cannot set gid"; service managers set them from outside',
  ),
  noBackend: mosquitto(
    '139-143',
    'a frontend without default_backend',
    'default_backend mqtt_backend',
    'every client: TLS succeeds, then FIN (log: <NOSRV>, SC), while haproxy -c reports no error',
  ),
  certificateFolder: mosquitto(
    '136',
    'certificate and key placed into the crt folder',
    'one .pem with both, alone in its folder',
    'HAProxy 2.6: "No Private Key found" for server.crt beside server.key',
  ),
  portMismatch: mosquitto(
    '184,191',
    'HAProxy connects to port 1884, the broker listens on 1883',
    'one port, 1884, in both files',
    'server DOWN, connection refused',
  ),
  portClash: mosquitto(
    '180,191',
    'HAProxy and the broker both take port 1883 of one host',
    'the broker listens on 1884',
    'address in use, whichever starts second',
  ),
  listenerOpen: mosquitto(
    '122-131,149,171,191,214,237,264',
    'listener PORT, which listens on every address',
    'listener PORT 127.0.0.1, so that nobody but HAProxy reaches it',
    'Mosquitto 2.1.2 accepted a forged header that was sent straight to the port',
  ),
  anonymous: mosquitto(
    '122-131,149,171,191,214,237',
    'no allow_anonymous and no password_file',
    'allow_anonymous true, or a password_file',
    'Mosquitto since 2.0 with a listener and no authentication: CONNACK 5 (135 in MQTT 5)',
  ),
  cnAnonymous: mosquitto(
    '246-269',
    'use_identity_as_username true alone',
    'allow_anonymous true and no password_file in scope',
    'Mosquitto 2.1.2: CONNACK 135 for everybody without the first, and with the second',
  ),
  requireTls: mosquitto(
    '200,210,222',
    'proxy_protocol_v2_require_tls alone, to keep out connections without TLS',
    'give plain and TLS frontends backends of their own',
    'Mosquitto 2.1.2 looks for the SSL TLV, not at its bit: a plain frontend with send-proxy-v2-ssl got CONNACK 0',
  ),
  healthCheck: mosquitto(
    '105-269',
    'a server that is UP is taken for one that clients get through to',
    'a plain check proves that the port is open, not that headers match or that MQTT answers',
    'mismatched header versions stay UP while every client is refused; Mosquitto 2.1.2 closes LOCAL headers',
  ),
  versionOne: mosquitto(
    '-',
    'version 1 where the broker has to check a certificate',
    'send-proxy-v2-ssl with enable_proxy_protocol 2; version 1 carries addresses only',
    'Mosquitto 2.1.2 with require_certificate on a v1 listener: CONNACK 0, nothing is checked',
  ),
  v1Example: {
    document: 'vernemq',
    lines: '16',
    says: 'PROXY TCP4 56324 443: ports without addresses',
    works: 'PROXY TCP4 SOURCE DESTINATION SOURCE-PORT DESTINATION-PORT',
    proof: 'refused by all nine receivers it was sent to',
  },
  vernemqPeriod: {
    document: 'vernemq',
    lines: '24',
    says: 'listener.tcp.LISTENER.proxy_protocol = on. (with a period)',
    works: 'listener.tcp.NAME.proxy_protocol = on',
    proof: 'VerneMQ 2.2.0: "on." is not a valid enum value',
  },
  vernemqCn: {
    document: 'vernemq',
    lines: '48',
    says: 'listener.tcp.proxy_protocol_use_cn_as_username = on turns the CN into the username',
    works: 'nothing to set: TCP listeners do it whenever a CN comes; off keeps the broker from starting',
    proof: 'VerneMQ 2.2.0: the setting is accepted and never read; only vmq-admin listener start can turn it off',
  },
  vernemqSender: {
    document: 'vernemq',
    lines: '50',
    says: 'send-proxy-v2 or send-proxy-v2-ssl, and a CN is expected',
    works: 'HAProxy has to use send-proxy-v2-ssl-cn',
    proof: 'HAProxy 2.6 to 3.4: only -ssl-cn (or proxy-v2-options cert-cn) puts the CN into the header',
  },
} as const satisfies Record<string, Erratum>
