import { it } from 'vitest'
import { recordedIn } from '../../recorded-text.js'
import { describeMismatches, modelOfFiles } from '../describe.js'
import { haproxyConfig, healthCases, mosquittoConfig } from '../health-cases.js'
import { recordVariations, type Variation } from './variations.js'

const ports = {
  plain: 2001,
  passwords: 2002,
  header: 2003,
  'header, passwords': 2004,
  'header, certificate': 2005,
  v1: 2006,
  ws: 2007,
}

/** What HAProxy and Mosquitto do in these cases is asked in `test/path/health.e2e.test.ts`. */
const recorded = recordedIn(new URL('../recorded/health-cases.txt', import.meta.url))

it.each(healthCases.map((one) => [one.name, one] as const))('a health check: %s', (name, one) => {
  const files = new Map([
    ['haproxy.cfg', haproxyConfig([one], ports)],
    ['mosquitto.conf', mosquittoConfig(ports, '/p')],
  ])
  recorded.expect(name, describeMismatches(modelOfFiles(files)) || 'nothing')
})

const good = '101200044d5154540402003c0006636865636b31'
const five = '101300044d5154540502003c000006636865636b31'
const short = '101300044d5154540402003c0006636865636b31'
const accepted = 'expect binary 20020000'
const anonymous = 'allow_anonymous true\n'

function check(rules: readonly string[], server: string, listener: string): Variation {
  const own = rules.map((one) => ` tcp-check ${one}\n`).join('')
  return {
    haproxy: `backend b\n option tcp-check\n${own} server s 127.0.0.1:1884 check${server}\n`,
    mosquitto: `listener 1884 127.0.0.1\n${listener}`,
  }
}

const plain = (...rules: readonly string[]) => check(rules, '', anonymous)
const reads = 'enable_proxy_protocol 2\n'

recordVariations('health', {
  'a length in quotes': plain(`send-binary "${short}"`, accepted),
  'a wrong length in two parts': plain(`send-binary ${short.slice(0, 10)}`, `send-binary ${short.slice(10)}`, accepted),
  'a length that is cut off': plain('send-binary 1080', accepted),
  'a length of five bytes': plain('send-binary 108080808001', accepted),
  'a length of 200': plain(`send-binary 10c80100044d5154540402003c0006636865636b31`, accepted),
  'a length without what follows': plain('send-binary 1012', accepted),
  'DISCONNECT first': plain('send-binary e000', accepted),
  'reserved first': plain('send-binary 0000', accepted),
  'TLS first': plain('send-binary 160301', accepted),
  'text first': plain('send HELO', 'expect string OK'),
  'nothing is sent': plain('expect binary 20020000'),
  'MQTT 5.0 with the CONNACK of 3.1.1': plain(`send-binary ${five}`, accepted),
  'MQTT 5.0 with the CONNACK of 3.1.1, then more': plain(`send-binary ${five}`, accepted, 'expect binary 00'),
  'MQTT 5.0 without expect': plain(`send-binary ${five}`),
  'the wrong text': plain(`send-binary ${good}`, 'expect string HTTP'),
  'the wrong expression': plain(`send-binary ${good}`, 'expect rstring ^HTTP'),
  'a long keepalive': check(
    [`send-binary ${good.replace('003c', 'ffff')}`, accepted],
    '',
    `${anonymous}max_keepalive 600\n`,
  ),
  'no keepalive': check(
    [`send-binary ${good.replace('003c', '0000')}`, accepted],
    '',
    `${anonymous}max_keepalive 600\n`,
  ),
  'the longest keepalive': check(
    [`send-binary ${good.replace('003c', '0258')}`, accepted],
    '',
    `${anonymous}max_keepalive 600\n`,
  ),
  'a session that stays': plain(`send-binary ${good.replace('0402', '0400')}`, accepted),
  'a session that stays, of any CONNACK': plain(
    `send-binary ${good.replace('0402', '0400')}`,
    'expect rbinary ^2002..00',
  ),
  'a plugin': check([`send-binary ${good}`, accepted], '', 'plugin /p.so\n'),

  'a header of the check alone': check([`send-binary ${good}`, accepted], ' check-send-proxy', anonymous),
  'a header that nobody reads': check([`send-binary ${good}`, accepted], ' send-proxy', anonymous),
  'a header of the wrong version of tcp-check connect': check(
    ['connect send-proxy', `send-binary ${good}`, accepted],
    '',
    `${reads}${anonymous}`,
  ),
  'LOCAL without expect': check([`send-binary ${good}`], ' send-proxy-v2', `${reads}${anonymous}`),
  'LOCAL without bytes': check([], ' send-proxy-v2', `${reads}${anonymous}`),
  'LOCAL, with a global section': {
    haproxy: `global\n maxconn 10\nbackend b\n option tcp-check\n tcp-check send-binary ${good}\n tcp-check ${accepted}\n server s 127.0.0.1:1884 check send-proxy-v2\n`,
    mosquitto: `listener 1884 127.0.0.1\n${reads}${anonymous}`,
  },
  'a bare connect, no bytes': check(['connect'], ' send-proxy-v2', `${reads}${anonymous}`),
  'a connect to another port without a header': {
    haproxy: `backend b\n option tcp-check\n tcp-check connect port 1885\n tcp-check send-binary ${good}\n tcp-check ${accepted}\n server s 127.0.0.1:1884 check send-proxy-v2\n`,
    mosquitto: `listener 1884 127.0.0.1\n${reads}listener 1885 127.0.0.1\n${reads}${anonymous}`,
  },
  'another address without a header': {
    haproxy: 'backend b\n server s 127.0.0.1:1884 send-proxy-v2 check addr 127.0.0.2\n',
    mosquitto: `listener 1884 127.0.0.1\n${reads}listener 1884 127.0.0.2\n${reads}${anonymous}`,
  },
  'another port without a header': {
    haproxy: 'backend b\n server s 127.0.0.1:1884 send-proxy-v2 check port 1885\n',
    mosquitto: `listener 1884 127.0.0.1\n${reads}listener 1885 127.0.0.1\n${reads}${anonymous}`,
  },
  'another port with a header': {
    haproxy: 'backend b\n server s 127.0.0.1:1884 send-proxy-v2 check port 1885 check-send-proxy\n',
    mosquitto: `listener 1884 127.0.0.1\n${reads}listener 1885 127.0.0.1\n${reads}${anonymous}`,
  },
  'TLS facts are wanted': check(
    [`send-binary ${good}`, accepted],
    ' send-proxy-v2',
    `${reads}proxy_protocol_v2_require_tls true\n${anonymous}`,
  ),
  'TLS facts are wanted and sent': check(
    [`send-binary ${good}`, accepted],
    ' send-proxy-v2-ssl',
    `${reads}proxy_protocol_v2_require_tls true\n${anonymous}`,
  ),
  'a certificate is wanted, and nothing is expected': check(
    [`send-binary ${good}`],
    ' send-proxy-v2-ssl',
    `${reads}require_certificate true\n${anonymous}`,
  ),
  'TLS is wanted, and the check has none': check(
    [`send-binary ${good}`, accepted],
    '',
    `certfile c\nkeyfile k\n${anonymous}`,
  ),
  'TLS is wanted, and the check has it': check(
    [`send-binary ${good}`, accepted],
    ' check-ssl verify none',
    `certfile c\nkeyfile k\n${anonymous}`,
  ),
  'TLS is wanted, and the server has it': check(
    [`send-binary ${good}`, accepted],
    ' ssl verify none',
    `certfile c\nkeyfile k\n${anonymous}`,
  ),
  'TLS is wanted, and the rule has it': check(
    ['connect ssl', `send-binary ${good}`, accepted],
    '',
    `certfile c\nkeyfile k\n${anonymous}`,
  ),
  'TLS with a certificate is wanted, and the check has TLS': check(
    [`send-binary ${good}`, accepted],
    ' check-ssl verify none',
    `certfile c\nkeyfile k\ncafile a\nrequire_certificate true\n${anonymous}`,
  ),
  'TLS is not wanted, and the check has it': check(
    [`send-binary ${good}`, accepted],
    ' check-ssl verify none',
    anonymous,
  ),

  'rules of defaults, and no expect': {
    haproxy: `defaults\n mode tcp\n option tcp-check\n tcp-check send-binary ${good}\nbackend b\n server s 127.0.0.1:1884 check\n`,
    mosquitto: `listener 1884 127.0.0.1\n${anonymous}`,
  },
  'two connections, the second one wrong': {
    haproxy: `backend b\n option tcp-check\n tcp-check connect port 1884\n tcp-check send-binary ${good}\n tcp-check ${accepted}\n tcp-check connect port 1885\n tcp-check send-binary ${short}\n tcp-check ${accepted}\n server s 127.0.0.1:1884 check\n`,
    mosquitto: `listener 1884 127.0.0.1\nlistener 1885 127.0.0.1\n${anonymous}`,
  },
  'a connection to another machine': {
    haproxy: `backend b\n option tcp-check\n tcp-check connect addr 10.0.0.1\n tcp-check send-binary ${short}\n tcp-check ${accepted}\n server s 127.0.0.1:1884 check\n`,
    mosquitto: `listener 1884 127.0.0.1\n${anonymous}`,
  },
  'what comes behind the CONNACK': plain(`send-binary ${good}`, accepted, 'send-binary 00', 'expect binary ff'),
})
