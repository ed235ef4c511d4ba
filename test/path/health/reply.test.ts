import { describe, expect, it } from 'vitest'
import { type ReadableKind, readBroker } from '../../../src/brokers/index.js'
import type { Listener } from '../../../src/brokers/listener.js'
import { type ConnectFields, firstPacket } from '../../../src/path/health/connect-packet.js'
import { answerTo } from '../../../src/path/health/reply.js'

function listenerOf(text: string, kind: ReadableKind = 'mosquitto'): Listener {
  const [listener] = readBroker(kind, text, 'b.conf').listeners
  if (listener === undefined) throw new Error('no listener')
  return listener
}

const anonymous = 'listener 1884 127.0.0.1\nallow_anonymous true\n'
const passwords = 'listener 1884 127.0.0.1\nallow_anonymous false\npassword_file /p\n'
const vernemq = (login: string) => `listener.tcp.default = 127.0.0.1:1884\nallow_anonymous = ${login}\n`

const plain: ConnectFields = {
  name: 'MQTT',
  level: 4,
  clean: true,
  keepalive: 60,
  clientId: 'a',
  username: false,
  password: false,
}

function answer(fields: Partial<ConnectFields>, listener: Listener) {
  const found = answerTo({ kind: 'connect', connect: { ...plain, ...fields }, bytes: 20 }, listener)
  if (found === undefined) return 'not known'
  const { replies, refusal, session } = found
  const said = replies.map(({ hex, open }) => `${hex === '' ? 'nothing' : hex}${open ? '' : ' and closes'}`)
  return [...(refusal === undefined ? [] : [`refused for ${refusal}`]), ...(session ? ['session'] : []), ...said]
}

const five0 = ['2003000000', '200600000322000A', '200900000622000A210014']
const shut = (...all: readonly string[]) => all.map((one) => `${one} and closes`)

/** Return codes: MQTT 3.1.1, 3.2.2.3; reason codes: MQTT 5.0, 3.2.2.2. */
describe('Mosquitto answers', () => {
  it.each<[string, Partial<ConnectFields>, string, readonly string[]]>([
    ['a CONNECT', {}, anonymous, ['20020000']],
    ['of MQTT 3.1', { name: 'MQIsdp', level: 3 }, anonymous, ['20020000']],
    ['of MQTT 5.0', { level: 5 }, anonymous, five0],
    ['of a level below', { level: 2 }, anonymous, ['refused for level', ...shut('20020001')]],
    ['of a level above', { level: 6 }, anonymous, ['refused for level', ...shut('20020001')]],
    ['of the old name and a new level', { name: 'MQIsdp' }, anonymous, ['refused for level', ...shut('20020001')]],
    ['of the new name and the old level', { level: 3 }, anonymous, ['refused for level', ...shut('20020001')]],
    ['without a client id', { clientId: '' }, anonymous, ['20020000']],
    [
      'without a client id, for a session that stays',
      { clientId: '', clean: false },
      anonymous,
      ['refused for client id', ...shut('20020002')],
    ],
    [
      'without a client id in MQTT 3.1',
      { name: 'MQIsdp', level: 3, clientId: '' },
      anonymous,
      ['refused for client id', ...shut('20020002')],
    ],
    ['without a client id in MQTT 5.0', { level: 5, clean: false, clientId: '' }, anonymous, five0],
    ['a session that stays', { clean: false }, anonymous, ['session', '20020100']],
    ['a session that stays, of a user', { clean: false, username: true }, anonymous, ['20020000']],
    ['a session that stays in MQTT 5.0', { clean: false, level: 5 }, anonymous, five0],
    ['a login that nobody asks for', { username: true, password: true }, anonymous, ['20020000']],
    [
      'a login beside anonymous clients',
      { username: true, password: true },
      `${anonymous}password_file /p\n`,
      ['20020000', ...shut('20020005', '20020004')],
    ],
    ['no login beside users', {}, `${anonymous}password_file /p\n`, ['20020000']],
    ['a keepalive as long as allowed', { keepalive: 60 }, `${anonymous}max_keepalive 60\n`, ['20020000']],
    [
      'a longer keepalive',
      { keepalive: 61 },
      `${anonymous}max_keepalive 60\n`,
      ['refused for keepalive', ...shut('20020002')],
    ],
    [
      'no keepalive',
      { keepalive: 0 },
      `${anonymous}max_keepalive 60\n`,
      ['refused for keepalive', ...shut('20020002')],
    ],
    [
      'a longer keepalive in MQTT 5.0, where the server says its own',
      { keepalive: 61, level: 5 },
      `${anonymous}max_keepalive 60\n`,
      five0,
    ],
    ['no login', {}, passwords, ['refused for login', ...shut('20020005')]],
    ['no login in MQTT 3.1', { name: 'MQIsdp', level: 3 }, passwords, ['refused for login', ...shut('20020005')]],
    [
      'no login in MQTT 5.0',
      { level: 5 },
      passwords,
      ['refused for login', ...shut('20030087 00'.replace(' ', ''), '20020087')],
    ],
    ['a name without a password', { username: true }, passwords, ['refused for login', ...shut('20020005')]],
    ['a login', { username: true, password: true }, passwords, ['20020000', ...shut('20020005', '20020004')]],
    [
      'a login in MQTT 5.0',
      { username: true, password: true, level: 5 },
      passwords,
      [...five0, ...shut('2003008700', '20020087', '2003008600', '20020086')],
    ],
  ])('%s', (_, fields, file, expected) => {
    expect(answer(fields, listenerOf(file))).toEqual(expected)
  })

  it('nothing is known where a plugin decides, or nobody can come in at all', () => {
    expect(answer({}, listenerOf('listener 1884 127.0.0.1\nallow_anonymous false\nplugin /p.so\n'))).toBe('not known')
    expect(answer({}, listenerOf('listener 1884 127.0.0.1\nallow_anonymous false\n'))).toBe('not known')
  })
})

/** Other brokers may answer in more ways. */
describe('VerneMQ answers', () => {
  it.each<[string, Partial<ConnectFields>, readonly string[]]>([
    ['a CONNECT', {}, ['20020000', ...shut('20020005', '20020004', '20020001', 'nothing')]],
    ['a session that stays', { clean: false }, ['20020000', ...shut('20020005', '20020004', '20020001', 'nothing')]],
    ['of a level above', { level: 6 }, ['refused for level', ...shut('20020001', 'nothing', '2003008400', '20020084')]],
    [
      'no client id for a session that stays',
      { clean: false, clientId: '' },
      ['refused for client id', ...shut('20020002', 'nothing')],
    ],
    [
      'of MQTT 5.0',
      { level: 5 },
      [...five0, ...shut('2003008700', '20020087', '2003008600', '20020086', '20020001', 'nothing')],
    ],
  ])('%s', (_, fields, expected) => {
    expect(answer(fields, listenerOf(vernemq('on'), 'vernemq'))).toEqual(expected)
  })
})

describe('bytes that are no whole CONNECT', () => {
  const said = (hex: string, listener: Listener) => answerTo(firstPacket(Buffer.from(hex, 'hex')), listener)
  const open = { hex: '', open: true }
  const closed = { hex: '', open: false }

  it('a broker does not speak first', () => {
    expect(said('', listenerOf(anonymous))).toEqual({ replies: [open], refusal: undefined })
  })

  it('it waits for the rest, and closes what is none', () => {
    expect(said('1012', listenerOf(anonymous))).toEqual({ replies: [open], refusal: 'unfinished' })
    expect(said('c000', listenerOf(anonymous))).toEqual({ replies: [closed], refusal: 'no connect' })
    expect(said('1102', listenerOf(anonymous))).toEqual({ replies: [closed], refusal: 'malformed' })
  })

  it('another broker may say why it closes', () => {
    const { replies = [] } = said('1102', listenerOf(vernemq('on'), 'vernemq')) ?? {}
    expect(replies.map((one) => one.hex)).toEqual(['', '20020001', '2003008100', '20020081', '2003008200', '20020082'])
  })

  it('a WebSocket listener closes MQTT, and what else it gets is not known', () => {
    const web = listenerOf('listener 1884 127.0.0.1\nprotocol websockets\nallow_anonymous true\n')
    expect(said('1012', web)).toEqual({ replies: [closed], refusal: 'websocket' })
    expect(said('474554', web)).toBeUndefined()
  })
})
