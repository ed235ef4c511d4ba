import { expect } from 'vitest'
import type { Expectations } from './example-expectation.js'
import { relayOne, serveByCertificate, serveOne, serveTen } from './use-broker.js'

const allPassed = /\n\d+ passed, 0 failed, /
const interrupted = { code: 130, because: 'Ctrl-C ends it' }
const refusesLocal = { code: 1, because: 'Mosquitto refuses LOCAL, a MUST' }

/** Examples that start something or talk to something. */
export const expectedRunning: Expectations = {
  'mqtt-proxy broker -p 0': {
    exit: interrupted,
    use: serveOne,
    stdout: /^listening 127\.0\.0\.1:\d+ {2}PROXY required/,
  },
  'mqtt-proxy broker -p 1884 --require-tls --require-cert --cn-as-username': {
    exit: interrupted,
    use: serveByCertificate,
    stdout: /TLS required {2}certificate required {2}username = CN/,
  },
  'mqtt-proxy broker -c mosquitto.conf -v': {
    files: ['freeBroker'],
    use: serveOne,
    stderr: /New client connected from 203\.0\.113\.7:56324 as a [\s\S]*terminating/,
  },
  "mqtt-proxy broker -p 0 --exec 'npm test'": {
    files: ['suite'],
    stdout: [/> mqtt-proxy send/, /PUBLISH t \(2 B, q1\) {3}← PUBACK/, /^#1 203\.0\.113\.7:56324 via .* ✔/m],
  },
  'mqtt-proxy broker -p 1884 --count 10 --json': {
    use: serveTen,
    stdout: /^\{.*"event":"listening".*\}\n(\{.*"event":"connection".*"result":"accepted".*\}\n){10}$/,
  },

  'mqtt-proxy tap 127.0.0.1:0 127.0.0.1:1884': {
    use: relayOne(),
    stdout: [/#1 → PROXY v2 .* 203\.0\.113\.7:56324 → /, /#1 → CONNECT 3\.1\.1 id=a /, /#1 ← CONNACK 0 \(accepted\)/],
  },
  'mqtt-proxy tap 127.0.0.1:0 127.0.0.1:1884 --client "sensor-*" --type CONNECT,CONNACK,DISCONNECT': {
    use: relayOne(),
    // The client is called `a`: nothing of it is shown.
    stdout: /^$/,
  },
  'mqtt-proxy tap 127.0.0.1:0 127.0.0.1:1884 -w tapped.pcapng -C 1 --json': {
    use: relayOne('ends by itself'),
    stdout: /"event":"mqtt","from":"server","packet":\{"name":"CONNACK"/,
    writes: { 'tapped.pcapng': /PROXY|QUIT/ },
  },
  'mqtt-proxy tap 127.0.0.1:0 127.0.0.1:1884 --fault cut-after-connack,count=1': {
    use: relayOne(),
    stdout: /fault: close right after CONNACK/,
    stderr: /fault cut-after-connack \(close right after CONNACK\): the client connects again/,
  },
  "mqtt-proxy tap 127.0.0.1:0 127.0.0.1:1884 --exec 'mqtt-proxy send 127.0.0.1:$MQTT_PROXY_PORT --proxy-protocol v2'": {
    stdout: [/#1 → PROXY v2/, /#1 ← CONNACK 0 \(accepted\)/, /#1 → DISCONNECT/],
  },
  'mqtt-proxy tap -r capture.pcap -v': { files: ['capture'], stdout: [/#1 → PROXY v2/, /source address +/] },
  'mqtt-proxy tap -r - < capture.pcap': { files: ['capture'], stdout: /#1 → PROXY v2/ },

  'mqtt-proxy plan --clients 100000 --elsewhere': {
    stdout: [/haproxy open files +200,100 are needed/, /100,000 sessions take/],
  },
  'mqtt-proxy plan --clients 400 --haproxy-config haproxy.cfg --broker-config mosquitto.conf': {
    files: ['pair'],
    stdout: [/haproxy maxconn/, /timeouts +HAProxy ends a session after/],
  },
  'mqtt-proxy plan --clients 60000 --tls --keepalive 300 --elsewhere --json': {
    json: { command: 'plan', ok: true, clients: 60000 },
  },

  'mqtt-proxy bench proxy --rate 200 -t 2s': {
    stdout: [/^ +begun +400 messages, \d+/m, /^ +arrived +400,/m, /^ +processor +haproxy/m, /\nheld: /],
  },
  'mqtt-proxy bench proxy-tls --measure connections --rate 100 -t 2s': {
    stdout: [/^ +accepted +200, /m, /^ +connection, from when it was due/m, /\nheld: /],
  },
  'mqtt-proxy bench proxy-tls --compare direct,haproxy-tls --rate 500 -t 4s': {
    stdout: [/^Side by side.*ratios to direct$/m, /^ +direct .* 1\.00 /m, /^ +haproxy-tls +\d/m, /\nheld: /],
    stderr: /round 1 of 2: direct\nround 1 of 2: haproxy-tls\nround 2 of 2: haproxy-tls\nround 2 of 2: direct/,
  },
  'mqtt-proxy bench 127.0.0.1:1884 --proxy-protocol v2 --src 10.0.0.0/8 --measure connections -t 2s': {
    stdout: [/^ +accepted +200,/m, /\nheld: /],
  },
  "mqtt-proxy bench proxy --subscribers 20 -q 1 -t 2s --fail-on 'p99>500ms,errors>0,lost>0' --json": {
    json: { command: 'bench', ok: true, stats: { passed: 3, failed: 0 } },
  },
  'mqtt-proxy bench 127.0.0.1:1884 --proxy-protocol v2 --shard 1/2 --align 1s -t 2s --reporter json=shard-1.json': {
    stdout: /^ +begun +100 messages, /m,
    writes: { 'shard-1.json': /"shard": \{\s*"index": 1,\s*"count": 2/ },
  },

  'mqtt-proxy drill reload': { stdout: [/nobody was cut/, /500 of|0 of 500/, /\nheld: no threshold was crossed/] },
  'mqtt-proxy drill reload --clients 100 --compare': {
    stdout: [/^ +proxy with hard-stop-after 2s +(9\d|100) /m, /^ +proxy +0 /m, /\nheld: /],
  },
  'mqtt-proxy drill network --clients 50 --fault cut-after-connack,p=0.3,count=10': {
    stdout: [
      /^Fault: cut-after-connack \(close right after CONNACK\); then the client connects again/m,
      /50 connections to the broker are reset/,
      /struck +10 connections to the broker/,
      /\nheld: /,
    ],
  },
  "mqtt-proxy drill failover --down 1s --fail-on 'not-back>0,back-in>10s'": {
    stdout: [/^ +cut +500 of 500 \(100 %\)/m, /^ +back +all, the last at/m, /\nheld: /],
  },
  'mqtt-proxy drill certificate proxy-tls --clients 50 --json': {
    json: { command: 'drill', ok: true, event: 'certificate', way: 'socket', clients: 50 },
  },
  'mqtt-proxy drill reload --haproxy-config haproxy.cfg --broker-config mosquitto.conf --broker mosquitto': {
    files: ['pair'],
    stdout: [/nobody was cut/, /\nheld: /],
  },

  'mqtt-proxy check': { stdout: [allPassed, /✔ tcp .*\n.*✔ tls /, /✔ ip-acl /] },
  'mqtt-proxy check proxy-mtls-cn tcp/publish-qos-2 -v': {
    stdout: [allPassed, /2 groups/, /✔ tcp\/publish-qos-2 {2}/, /✔ proxy-mtls-cn\/forged-header {2}/],
  },
  'mqtt-proxy check --dir lab': { files: ['lab'], stdout: [allPassed, /1 group, /, /✔ proxy-mtls-cn /] },
  'mqtt-proxy check --behaviour --broker mosquitto': { stdout: [allPassed, /broker mosquitto /, /behaviour /] },
  'mqtt-proxy check --haproxy-config haproxy.cfg --broker-config mosquitto.conf --broker mosquitto': {
    files: ['pair'],
    stdout: [allPassed, /broker mosquitto /, /✔ proxy-mtls-cn /],
  },
  'mqtt-proxy check --haproxy 2.6,3.2 --broker embedded,mosquitto --reporter junit=check.xml': {
    stdout: [allPassed, /haproxy 2\.6\.\d+, 3\.2\.\d+ · broker embedded [^ ]+, mosquitto 2\.1/, /44 groups/],
    writes: { 'check.xml': /<testsuites .*failures="0"/ },
  },
  'mqtt-proxy merge-reports shard-1.json shard-2.json': { files: ['shards'], stdout: [allPassed, /✔ tcp +7\/7/] },
  'mqtt-proxy merge-reports reports/*.json --reporter html=report.html --reporter junit=report.xml': {
    files: ['reports'],
    writes: {
      'report.html': /<!doctype html>[\s\S]*tcp\/connect-5\.0/i,
      'report.xml': /(<testsuite [^>]*tests="1"[\s\S]*){2}/,
    },
  },
  'mqtt-proxy merge-reports reports/*.json --json > all.json': {
    files: ['reports'],
    writes: { 'all.json': /"stats": \{\s+"passed": 2,\s+"failed": 0/ },
  },

  'mqtt-proxy conformance 127.0.0.1:1884': { exit: refusesLocal, stdout: [/✔ pp2\/ssl /, /✖ pp2\/local\/accepted /] },
  'mqtt-proxy conformance embedded --level should': {
    stdout: /\n\d+ passed, 0 failed, 0 not as recommended, 0 skipped, 0 unknown .*\(level should\)/,
  },
  'mqtt-proxy conformance 127.0.0.1:1884 --broker-log mosquitto=/var/log/mosquitto/mosquitto.log': {
    exit: refusesLocal,
    stdout: [
      /it took 203\.0\.113\.7:40001 for the client instead of the real 127\.0\.0\.1:/,
      /Again: .* --select pp2\/local\/addresses --broker-log mosquitto=\/.*mosquitto\.log\n/,
    ],
  },
  'mqtt-proxy conformance mosquitto=127.0.0.1:1884 haproxy=127.0.0.1:1885 --select pp2/tlv': {
    stdout: [/pp2\/tlv\/crc32c-wrong +~ accepts +✔ refuses/, / 0 failed, /],
  },
  'mqtt-proxy conformance 127.0.0.1:1884 --reporter junit=conformance.xml': {
    exit: refusesLocal,
    writes: { 'conformance.xml': /<testcase [^>]*pp2\/local\/accepted[^>]*>\s*<failure/ },
  },
  'mqtt-proxy conformance 127.0.0.1:1884 --cn sensor-17': {
    broker: 'mtlsBroker',
    exit: refusesLocal,
    stdout: [/✔ pp2\/ssl /, /Again: .* --tls TLSv1\.3 --cn sensor-17\n/],
  },
  'mqtt-proxy conformance --list': { stdout: [/^pp1\/tcp4\/accepted +SHOULD/, /^pp2\/ssl\//m, /^time\//m] },

  'mqtt-proxy probe 127.0.0.1:1884': { stdout: [/PROXY header required \(v2\)/, /INFO +MP-P301 /] },
  'mqtt-proxy probe mqtts://broker.example --cafile ca.crt --cert client.crt --key client.key': {
    files: ['client'],
    stdout: [/MQTT over TLSv1\.3 .*client certificate required/, /OK +MP-P402 /],
  },
  'mqtt-proxy probe 127.0.0.1:1883 --behind 127.0.0.1:1884': {
    stdout: /^through: the frontend adds its own PROXY header \(v2\) and the broker reads it$/m,
  },
  'mqtt-proxy probe 127.0.0.1:1884 --expect proxy-required --fail-on critical': { stdout: /INFO +MP-P301 / },
  'mqtt-proxy probe --targets hosts.txt --json': {
    files: ['hosts'],
    json: { ok: true, targets: [{ kind: 'haproxy-frontend' }, { kind: 'ws' }] },
  },
  'mqtt-proxy probe 127.0.0.1:1884 --spoof admin --reporter sarif=probe.sarif': {
    stdout: /INFO +MP-P302 /,
    writes: { 'probe.sarif': /"ruleId": "MP-P302"/ },
  },

  'mqtt-proxy send 127.0.0.1:1884 --proxy-protocol v2 --src 203.0.113.7 -t t -m hi -q 1': {
    stdout: [/^→ PROXY v2 · PROXY · TCP4 · 203\.0\.113\.7:56324 → /, /CONNACK 0 accepted/, /← PUBACK/],
  },
  'mqtt-proxy send mqtts://localhost:8883 --cafile ca.crt --cert client.crt --key client.key -V 5.0': {
    files: ['client'],
    stdout: [/TLS TLSv1\.3/, /CONNACK 0 accepted/],
  },
  'mqtt-proxy send ws://127.0.0.1:8080/mqtt --subscribe t --count 1 -t t -m hi': {
    stdout: /← PUBLISH t \(q0\) {2}hi\n/,
  },
  'mqtt-proxy send 127.0.0.1:1884 --src 203.0.113.7 --malform tlv-overrun --expect reject': {
    stdout: [/^→ PROXY v2, broken: tlv-overrun /, /no CONNACK/],
  },
  'mqtt-proxy send 127.0.0.1:1884 --src 203.0.113.7 --split 12,20 --delay 100ms': {
    exit: { code: 1, because: 'Mosquitto 2.1 wants the whole header at once' },
    stdout:
      /MP-NO-CONNACK .*\n {2}1 it wants the whole header at once .* mqtt-proxy send 127\.0\.0\.1:\d+ --proxy-protocol v2\n/,
  },
  'mqtt-proxy header encode --src 203.0.113.7 --malform tlv-overrun | ncat 127.0.0.1 1884': {
    stderr: /^sent 33, got 0\n$/,
  },

  'mqtt-proxy doctor': { stdout: [/✔ haproxy /, /\nReady: 11 of 11 scenarios can run here with the embedded broker/] },
  'mqtt-proxy doctor --haproxy 2.6 -v': { stdout: [/✔ haproxy +2\.6\.\d+ .*\n +\/.*haproxy@2\.6/, /\nReady: /] },
  'mqtt-proxy doctor --report': { stdout: /^```\nmqtt-proxy \d+\.\d+\.\d+\n[\s\S]*\nReady: .*\n```\n$/ },
  "mqtt-proxy doctor --json | jq '.scenarios'": { json: [{ id: 'tcp', cannot: { embedded: null } }] },
  'mqtt-proxy doctor --live /run/haproxy/admin.sock --broker-log /var/log/mosquitto/mosquitto.log': {
    stdout: [
      /✔ haproxy +3\.\d+\.\d+.*, pid \d+/,
      /✔ servers +1 of 1 up/,
      /✔ timeouts +longer than 1\.5 times/,
      /\nLive: /,
    ],
  },

  'mqtt-proxy watch 127.0.0.1:1883 --behind 127.0.0.1:1884': {
    use: async (running) => {
      await running.printed(/the frontend adds its own PROXY header/)
      running.signal('SIGINT')
    },
    stdout: /^TARGET +VERDICT .*\n127\.0\.0\.1:\d+ +haproxy-frontend +[\d.]+ ms +[\d.]+ ms/,
  },
  'mqtt-proxy watch --haproxy-config /etc/haproxy/haproxy.cfg --interval 30s --metrics 127.0.0.1:0': {
    use: async (running) => {
      const [, at] = await running.printed(/metrics on (http:\S+)/)
      await running.printed(/haproxy-frontend/)
      expect(await (await fetch(at ?? '')).text()).toMatch(/^mqtt_proxy_up\{target="127\.0\.0\.1:\d+"\} 1$/m)
      running.signal('SIGINT')
    },
    stderr: /metrics on http:\/\/127\.0\.0\.1:\d+\/metrics/,
  },
  'mqtt-proxy watch 127.0.0.1:1883 --broker-log /var/log/mosquitto/mosquitto.log -C 1 --json': {
    stdout: /"event":"round".*"verdict":"haproxy-frontend".*"addressRight":true/,
  },
  'mqtt-proxy watch 127.0.0.1:1883 -C 1 --exec \'logger "$MQTT_PROXY_TARGET: $MQTT_PROXY_TO"\'': {
    stdout: /haproxy-frontend/,
  },

  'mqtt-proxy who --socket /run/haproxy/admin.sock --broker-log /var/log/mosquitto/mosquitto.log': {
    stdout: [
      /^CLIENT +FROM +TLS /,
      /\nalice +127\.0\.0\.1:\d+ +no +mqtt_frontend 127\.0\.0\.1:\d+ +mqtt_backend\/broker1 /,
    ],
  },
  'mqtt-proxy who alice --haproxy-config /etc/haproxy/haproxy.cfg --broker-log /var/log/mosquitto/mosquitto.log': {
    stdout: [/\nalice +127\.0\.0\.1:/, /\n1 of \d+ sessions?, 1 joined/],
  },
  'mqtt-proxy who "sensor-*" --socket /run/haproxy/admin.sock --broker-log /var/log/mosquitto/mosquitto.log': {
    exit: { code: 1, because: 'no such client is connected' },
    stdout: /^0 of \d+ sessions?, 0 joined/,
  },
  'mqtt-proxy who alice --broker-log /var/log/mosquitto/mosquitto.log --json': {
    json: { sessions: [{ client: 'alice', hops: [], joinedBy: null }] },
  },

  'mqtt-proxy tools install haproxy': { stdout: /^haproxy@3\.2 3\.2\.\d+ .*\(already there, \d+ ms\)\n$/ },
  'mqtt-proxy tools install haproxy@2.6 haproxy@3.2 mosquitto rabbitmq': {
    stdout: [/^haproxy@2\.6 .*\nhaproxy@3\.2 .*\nmosquitto@2\.1 .*\nrabbitmq@/, /^(.*\(already there, \d+ ms\)\n){4}$/],
  },
  'mqtt-proxy tools install mosquitto --cache-dir ./cache --offline': {
    files: ['packages'],
    after: './cache/tools/mosquitto@2.1/bin/mosquitto -h | head -1',
    stdout: /^mosquitto@2\.1 2\.1\.\d+ .*\(fetched in .*\)\nmosquitto version 2\.1\.\d+\n/,
  },
  'mqtt-proxy tools install haproxy mosquitto --verify': {
    stdout:
      /^haproxy@3\.2 .*, \d+ files as in the signed packages\)\nmosquitto@2\.1 .*, \d+ files as in the signed packages\)\n$/,
  },
  'mqtt-proxy schema': { stdout: [/^check$/m, /^gen all$/m, /^tap$/m] },
  'mqtt-proxy schema check > check.schema.json': {
    writes: { 'check.schema.json': /"title": "mqtt-proxy check --json"/ },
  },
  'mqtt-proxy schema gen all': { stdout: /"\$id": "urn:mqtt-proxy:schema:1:gen-all"/ },
  'mqtt-proxy tools list': { stdout: [/^haproxy@3\.2 \* +3\.2\.\d+ +\//m, /^mosquitto@2\.1 \* +2\.1\.\d+ +\//m] },
  'mqtt-proxy tools list --json': { json: { schema: 1, ok: true, tools: [{ name: 'haproxy@3.2', default: true }] } },
  'mqtt-proxy tools list --cache-dir ./cache': {
    stdout: /^haproxy@3\.2 \* +not installed\n/,
    stderr: /cache: \/.*\/cache\n/,
  },
  'mqtt-proxy tools path haproxy': { stdout: /^\/.*\/haproxy@3\.2\/bin\/haproxy\n$/ },
  '$(mqtt-proxy tools path haproxy@2.6) -vv': { stdout: /^HAProxy version 2\.6\.[\s\S]*Feature list/ },
  'HAPROXY_PROGRAM=$(mqtt-proxy tools path haproxy@3.2) varnishtest test.vtc': {
    files: ['varnishTest'],
    stdout: /^HAProxy version 3\.2\./,
  },
}
