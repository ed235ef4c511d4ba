import type { Expectations } from './example-expectation.js'

const differs = { code: 1, because: '--diff exits 1 when something would change' }
const isConfig = (name: string) => ({ [name]: /^frontend /m })

/** Examples that only say or write something. */
export const expectedWriting: Expectations = {
  'source <(mqtt-proxy completion bash)': {
    after: `COMP_WORDS=(mqtt-proxy gen h); COMP_CWORD=2; _mqtt_proxy; echo "\${COMPREPLY[@]}"; complete -p mqtt-proxy`,
    stdout: /^haproxy\ncomplete .*-F _mqtt_proxy mqtt-proxy\n$/,
  },
  // These shells are not everywhere: what they would read is shown instead.
  'source <(mqtt-proxy completion zsh)': {
    before: 'source() { cat "$1"; }',
    stdout: [/^#compdef mqtt-proxy\n/, /\bcompdef _mqtt_proxy mqtt-proxy\b/],
  },
  'mqtt-proxy completion fish | source': {
    before: 'source() { cat; }',
    stdout: [/^complete -c mqtt-proxy .* -a 'check'/m, / -a 'tcp .* proxy-mtls-cn /],
  },

  "mqtt-proxy header decode '<<13,10,13,10,0,13,10,81,85,73,84,10,32,0,0,0>>'": {
    stdout: /LOCAL[\s\S]*16 bytes, nothing after the header/,
  },
  'mqtt-proxy explain cD': { stdout: /^cD {2}termination code: .*timeout client/ },
  'mqtt-proxy explain "<NOSRV>"': { stdout: /^<NOSRV> {2}log text: / },
  'mqtt-proxy explain 135': { stdout: /^135 \(0x87\) {2}MQTT 5\.0 reason code: not authorised/ },
  'mqtt-proxy explain "not authorized"': {
    stdout: /^5 \(0x05\) {2}MQTT 3\.1\.1 return code: [\s\S]*\n135 \(0x87\) {2}/,
  },
  'mqtt-proxy explain MP-NO-CONNACK': { stdout: /^MP-NO-CONNACK {2}error: .*without an MQTT answer/ },
  'mqtt-proxy explain MP401 --json': { json: { ok: true, explanations: [{ kind: 'rule', code: 'MP401' }] } },
  'mqtt-proxy explain MP-P301': { stdout: /^MP-P301 {2}finding: [\s\S]*fix: / },
  'mqtt-proxy explain - < haproxy.log': { files: ['log'], stdout: /^line 1 {2}HAProxy: TLS failed before MQTT began/ },
  'mqtt-proxy explain "CONNACK 4"': { stdout: /^4 \(0x04\) {2}MQTT 3\.1\.1 return code: [^\n]*\n?$/ },
  "mqtt-proxy explain 'Protocol error from 192.0.2.10:42310: First packet not CONNECT (0D).'": {
    stdout: /Mosquitto: .*\n {2}cause: .*PROXY header of version 2/,
  },

  'mqtt-proxy gen monitoring -o monitoring': {
    stdout:
      /^created monitoring\/alerts\.yml\ncreated monitoring\/prometheus\.yml\ncreated monitoring\/dashboard\.json\n/,
    stderr: /monitoring\/prometheus\.yml: accepted by promtool/,
    writes: {
      'monitoring/alerts.yml': /alert: MqttProxyDown/,
      'monitoring/dashboard.json': /"uid": "mqtt-proxy-watch"/,
    },
  },
  'mqtt-proxy gen monitoring -o monitoring --metrics 127.0.0.1:9464 --interval 30s --certificate-days 14': {
    stderr: /accepted by promtool/,
    writes: { 'monitoring/alerts.yml': /certificate_days < 14/, 'monitoring/prometheus.yml': /127\.0\.0\.1:9464/ },
  },
  'mqtt-proxy gen monitoring -o monitoring --dry-run': { stdout: /^would create monitoring\/alerts\.yml/ },
  'mqtt-proxy gen all proxy-mtls-cn -o lab': {
    writes: {
      ...isConfig('lab/haproxy.cfg'),
      'lab/mosquitto.conf': /^use_identity_as_username true$/m,
      'lab/certs/haproxy/server.pem': /PRIVATE KEY/,
      'lab/certs/clients/alice.crt': /BEGIN CERTIFICATE/,
    },
    stderr: /haproxy\.cfg: accepted by haproxy /,
  },
  'mqtt-proxy gen all proxy-mtls-cn -o lab --broker mosquitto --broker vernemq --client-cn sensor-17': {
    writes: {
      ...isConfig('lab/haproxy.cfg'),
      'lab/mosquitto.conf': /^enable_proxy_protocol 2$/m,
      'lab/vernemq.conf': /^listener\.tcp\.haproxy\.proxy_protocol = on$/m,
      'lab/certs/clients/sensor-17.key': /PRIVATE KEY/,
    },
  },
  'mqtt-proxy gen all 7 -o lab --diff': {
    files: ['lab'],
    exit: differs,
    stdout: /^--- lab\/haproxy\.cfg\n[\s\S]*^- +timeout server 200s\n\+ +timeout server 100s\n/m,
  },
  'mqtt-proxy gen all chain -o lab --dry-run': {
    stdout:
      /^would create lab\/haproxy\.cfg\nwould create lab\/haproxy-inner\.cfg\nwould create lab\/mosquitto\.conf\n$/,
  },
  'mqtt-proxy gen broker proxy-mtls-cn': {
    stdout: /^listener 1884 127\.0\.0\.1\n[\s\S]*^use_identity_as_username true$/m,
  },
  'mqtt-proxy gen broker proxy --broker vernemq': { stdout: /^listener\.tcp\.haproxy\.proxy_protocol = on$/m },
  'mqtt-proxy gen broker proxy-tls --broker rabbitmq -o lab/': {
    writes: { 'lab/rabbitmq.conf': /^mqtt\.proxy_protocol = true$/m, 'lab/enabled_plugins': /rabbitmq_mqtt/ },
  },
  'mqtt-proxy gen broker sticky --instance 2 --server2 127.0.0.1:1894': { stdout: /^listener 1894 127\.0\.0\.1$/m },
  'mqtt-proxy gen certs -o lab/certs': {
    writes: { 'lab/certs/server-ca.crt': /BEGIN CERTIFICATE/, 'lab/certs/clients/alice.key': /PRIVATE KEY/ },
  },
  'mqtt-proxy gen certs -o lab/certs --client-cn alice --client-cn bob --san broker.example --san 192.0.2.10': {
    stdout: /haproxy\/server\.pem .*DNS:broker\.example, IP Address:192\.0\.2\.10 /,
    writes: { 'lab/certs/clients/alice.crt': /BEGIN CERT/, 'lab/certs/clients/bob.crt': /BEGIN CERT/ },
  },
  'mqtt-proxy gen certs -o lab/certs --keep-ca --client-cn alice': {
    writes: { 'lab/certs/ca/client-ca.key': /PRIVATE KEY/, 'lab/certs/client-ca.crl': /BEGIN X509 CRL/ },
  },
  'mqtt-proxy gen certs -o lab/certs --add-client bob': {
    before: 'mqtt-proxy gen certs -o lab/certs --keep-ca > made.txt',
    stdout: /^created lab\/certs\/clients\/bob\.crt +CN=bob /,
    writes: { 'lab/certs/clients/bob.key': /PRIVATE KEY/, 'lab/certs/clients/alice.key': /PRIVATE KEY/ },
  },
  'mqtt-proxy gen certs -o lab/certs --renew server --renew alice': {
    before: 'mqtt-proxy gen certs -o lab/certs --keep-ca > made.txt',
    stdout: [/^replaced lab\/certs\/clients\/alice\.crt +CN=alice /m, /^replaced lab\/certs\/haproxy\/server\.pem /m],
  },
  'mqtt-proxy gen certs -o lab/certs --revoke bob': {
    before: 'mqtt-proxy gen certs -o lab/certs --keep-ca --client-cn bob > made.txt',
    stdout: /^replaced lab\/certs\/client-ca\.crl$/m,
  },
  'mqtt-proxy gen certs -o lab/certs --bad expired,wrong-ca,no-cn --days 90 --key rsa': {
    stdout: [/clients\/bad-expired\.crt /, /clients\/bad-wrong-ca\.crt /, /clients\/bad-no-cn\.crt /],
    writes: { 'lab/certs/clients/bad-no-cn.key': /PRIVATE KEY/ },
  },
  'mqtt-proxy gen load mqtts://broker.example --on kubernetes --shards 4 --rate 2000 -t 1m --yes-i-may-test-this-host':
    {
      stdout: [/^kind: Job$/m, /completions: 4$/m, /bench mqtts:\/\/broker\.example:8883 --rate 2000 -t 1m --shard/],
    },
  'mqtt-proxy gen load mqtts://broker.example --on github --shards 2 --yes-i-may-test-this-host -o .github/workflows/load.yml':
    { stdout: /^created /, writes: { '.github/workflows/load.yml': /shard:\n +- 1\n +- 2\n/ } },
  'mqtt-proxy gen load 127.0.0.1:1884 --on artillery --measure connections --rate 50 --proxy-protocol v2 -o load': {
    stdout: /created load\/load\.yml/,
    writes: {
      'load/artillery-engine-mqtt-proxy/index.js': /mqtt-proxy\/artillery/,
      'load/load.yml': /arrivalRate: 50/,
    },
  },
  'mqtt-proxy gen ci --github': { stdout: [/^jobs:$/m, /mqtt-proxy check --broker mosquitto --haproxy 3\.2 /] },
  'mqtt-proxy gen ci --github -o .github/workflows/mqtt-proxy.yml --haproxy-config haproxy.cfg --broker-config mosquitto.conf':
    { writes: { '.github/workflows/mqtt-proxy.yml': /mqtt-proxy lint haproxy\.cfg mosquitto\.conf/ } },
  'mqtt-proxy gen ci --github --shards 3': { stdout: [/--shard \$\{\{ matrix\.shard \}\}\/3/, /merge-reports parts/] },
  'mqtt-proxy gen ci --gitlab --broker emqx': { stdout: [/emqx\/emqx:/, /--behind broker:1883/] },
  'mqtt-proxy gen ci --gitlab --scenario proxy-mtls-cn --broker mosquitto --haproxy 2.6': {
    stdout: /^ +- npx mqtt-proxy check proxy-mtls-cn --broker mosquitto --haproxy 2\.6 /m,
  },
  'mqtt-proxy gen compose proxy-mtls-cn -o lab': {
    writes: {
      ...isConfig('lab/haproxy.cfg'),
      'lab/compose.yaml': /^services:$/m,
      'lab/certs/clients/alice.key': /PRIVATE KEY/,
    },
  },
  'mqtt-proxy gen compose proxy --broker rabbitmq -o lab': {
    writes: { 'lab/compose.yaml': /rabbitmq/, 'lab/rabbitmq.conf': /^mqtt\.proxy_protocol = true$/m },
  },
  'mqtt-proxy gen compose sticky -o lab --dry-run': {
    stdout: /^would create lab\/compose\.yaml\n[\s\S]*mosquitto-2\.conf\n$/,
  },
  'mqtt-proxy gen haproxy proxy-mtls-cn': { stdout: /^ +bind 127\.0\.0\.1:8883 ssl .*verify required/m },
  "mqtt-proxy gen haproxy proxy-tls --listen '*:8883' --check -o lab/": {
    writes: { 'lab/haproxy.cfg': /^ +bind :8883 ssl |^ +bind \*:8883 ssl /m },
    stderr: /^haproxy\.cfg: accepted by haproxy /,
  },
  'mqtt-proxy gen haproxy proxy --socket /run/mosquitto/proxy.sock': {
    stdout: /^ +server broker1 unix@\/run\/mosquitto\/proxy\.sock .*send-proxy-v2$/m,
  },
  'mqtt-proxy gen haproxy chain --role inner': { stdout: /^ +bind 127\.0\.0\.1:1886 accept-proxy$/m },
  'mqtt-proxy gen haproxy 4 --keepalive 300 --diff -o lab/haproxy.cfg': {
    files: ['lab'],
    exit: differs,
    stdout: /^\+ +timeout client 460s$/m,
  },

  'mqtt-proxy header decode 0d0a0d0a000d0a515549540a2111000c7f0000017f000001baf061aa': {
    stdout: /^PROXY v2 · PROXY · TCP4 · 127\.0\.0\.1:47856 → 127\.0\.0\.1:25002\n/,
  },
  'mqtt-proxy header encode --src 203.0.113.7 --crc32c | mqtt-proxy header decode -': {
    stdout: [/^PROXY v2 · PROXY · TCP4 · 203\.0\.113\.7:56324 /, /TLV CRC32C +0x2f7ca627\n/],
  },
  'mqtt-proxy header decode capture.pcap --strict': {
    files: ['capture'],
    stdout: /^192\.0\.2\.1:40000 → 192\.0\.2\.2:1884\nPROXY v2 · PROXY · TCP4 · 203\.0\.113\.7:56324 /,
  },
  "mqtt-proxy header decode --json 'PROXY TCP4 203.0.113.7 127.0.0.1 56324 1883\\r\\n'": {
    json: { ok: true, version: 1, src: { ip: '203.0.113.7', port: 56_324 }, length: 45 },
  },
  'mqtt-proxy header encode --src 203.0.113.7': { stdout: /^\r\n\r\n\0\r\nQUIT\n!\x11\0\f/ },
  'mqtt-proxy header encode --proxy-protocol v1 --src 203.0.113.7:56324 --dst 127.0.0.1:1883': {
    stdout: /^PROXY TCP4 203\.0\.113\.7 127\.0\.0\.1 56324 1883\r\n$/,
  },
  'mqtt-proxy header encode --src 203.0.113.7 --cn sensor-17 --tls TLSv1.3 --crc32c -f hex': {
    stdout: /^0d0a0d0a000d0a515549540a2111[0-9a-f]+73656e736f722d3137\n$/,
  },
  'mqtt-proxy header encode --src 203.0.113.7 --tlv authority=broker.example --tlv 0xe4=0x0102 -f c': {
    stdout: /^static const unsigned char proxy_header\[50\] = \{\n( .*,\n)+ {2}0x01, 0x02,\n\};\n$/,
  },

  'mqtt-proxy lint haproxy.cfg mosquitto.conf': { files: ['pair'], stdout: /^2 files, no findings\n$/ },
  'mqtt-proxy lint haproxy.cfg mosquitto.conf --diff': {
    files: ['flawedPair'],
    exit: { code: 1, because: 'the pair has findings' },
    stdout: [/^\+ +timeout client 120s$/m, /^\+ +server .* send-proxy-v2-ssl-cn$/m],
  },
  'mqtt-proxy lint haproxy.cfg mosquitto.conf --fix': {
    files: ['flawedPair'],
    stdout: /^2 files, no findings\n$/,
    stderr: /haproxy\.cfg:\d+ MP103 fixed: [\s\S]*haproxy\.cfg:\d+ MP402 fixed: /,
    writes: { 'haproxy.cfg': / timeout client 120s\n[\s\S]* send-proxy-v2-ssl-cn\n/ },
  },
  'mqtt-proxy lint haproxy-configs/* --fail-on info': {
    files: ['configs'],
    // Their certificates are made by each user.
    stdout:
      /^Not judged:\n {2}it is not on this machine .*:\n(?: {4}\S+cfg:\d+: certs\/.*\n)+\n\d+ files, no findings\n$/,
  },
  'mqtt-proxy lint --haproxy global.cfg --haproxy mqtt.cfg --broker vernemq.conf --select MP4 --json': {
    files: ['splitPair'],
    json: { ok: true, files: ['global.cfg', 'mqtt.cfg', 'vernemq.conf'], findings: [{ code: 'MP414' }] },
  },
  'mqtt-proxy lint --explain MP401': { stdout: /^MP401 port-mismatch \(error\)\n[\s\S]*What to do: / },

  'mqtt-proxy scenarios': { stdout: [/^1 +tcp /m, /^7 +proxy-mtls-cn /m, /^- +ip-acl /m] },
  'mqtt-proxy scenarios proxy-mtls-cn': {
    stdout: [/^proxy-mtls-cn \(7\): /, /^--- haproxy\.cfg$/m, /^--- mosquitto\.conf$/m],
  },
  'mqtt-proxy scenarios 4 --broker vernemq': { stdout: [/^proxy \(4\): /, /^--- vernemq\.conf$/m] },
  "mqtt-proxy scenarios --json | jq '.scenarios[].id'": { stdout: /^"tcp"\n[\s\S]*"ip-acl"\n$/ },
}
