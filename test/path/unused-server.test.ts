import { expect, it } from 'vitest'
import { kinds, paths } from './read.js'

const brokers =
  'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\nlistener 1886 127.0.0.1\nenable_proxy_protocol 2\n'
const model = (lines: string) => paths([`listen mqtt\n bind *:1883\n${lines}`], brokers)
const good = ' server a 127.0.0.1:1884 send-proxy-v2\n'

// Each seen on HAProxy 3.2.26 with Mosquitto 2.1.2: whom the server of weight 0 gets.
it.each([
  ['of two, nobody', `${good} server b 127.0.0.1:1886 weight 0\n`, []],
  [
    'those whom a use-server rule sends to it',
    ` use-server b if { src 10.0.0.0/8 }\n${good} server b 127.0.0.1:1886 weight 0\n`,
    ['header-not-sent'],
  ],
  ['nobody where it is alone', ' server a 127.0.0.1:1884 send-proxy-v2 weight 0\n', ['servers-disabled']],
  ['nobody by default-server either', ` default-server weight 0\n${good}`, ['servers-disabled']],
  [
    'everybody with another weight of its own',
    ` default-server weight 0\n server a 127.0.0.1:1884 send-proxy-v2 weight 5\n`,
    [],
  ],
])('a server of weight 0 gets %s', (_, lines, expected) => {
  expect(kinds(model(lines))).toEqual(expected)
})

it('the word that takes a server out of use is the place', () => {
  const [only] = model(' server a 127.0.0.1:1884 send-proxy-v2 weight 0\n').mismatches
  expect(only?.at).toMatchObject({ line: 8, column: 40 })
})
