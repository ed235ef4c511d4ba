import { describe, expect, it } from 'vitest'
import { parseMosquitto } from '../../../src/brokers/mosquitto/parse.js'
import { viewMosquitto } from '../../../src/brokers/mosquitto/view.js'
import { renderEntries } from '../../../src/config/entries.js'

function view(text: string) {
  return viewMosquitto(parseMosquitto(text, 'm.conf').document)
}

describe('listeners', () => {
  it('own the settings below them', () => {
    const { listeners } = view(
      'listener 1883 127.0.0.1\nenable_proxy_protocol 2\nlistener 0 /run/m.sock\nlistener 9001 ::\nprotocol websockets\n',
    )
    expect(listeners.map((one) => one.endpoint)).toEqual([
      { kind: 'tcp', host: '127.0.0.1', port: 1883 },
      { kind: 'unix', path: '/run/m.sock' },
      { kind: 'tcp', host: undefined, port: 9001, family: 6 },
    ])
    expect(listeners.map((one) => one.proxy?.value)).toEqual([2, undefined, undefined])
    expect(listeners[2]?.protocol.value).toBe('websockets')
  })

  it('are made by default-listener options, but not by those that need a listener', () => {
    const one = view('require_certificate true\n')
    expect(one.listeners.map((listener) => listener.endpoint)).toEqual([{ kind: 'tcp', host: undefined, port: 1883 }])
    expect(view('enable_proxy_protocol 2\n').misplaced.map((setting) => setting.name)).toEqual([
      'enable_proxy_protocol',
    ])
  })

  it('take port and bind_address for the default listener', () => {
    const { listeners } = view('bind_address 127.0.0.1\nport 1884\n')
    expect(listeners.map((one) => one.endpoint)).toEqual([{ kind: 'tcp', host: '127.0.0.1', port: 1884 }])
    const below = view('listener 1884 127.0.0.1\nbind_address 127.0.0.2\n').listeners
    expect(below.map((one) => one.endpoint)).toEqual([
      { kind: 'tcp', host: '127.0.0.1', port: 1884 },
      { kind: 'tcp', host: '127.0.0.2', port: 1883 },
    ])
  })
})

describe('who may come in without a name', () => {
  it.each([
    ['listener 1\n', false],
    ['listener 1\nallow_anonymous true\n', true],
    ['allow_anonymous true\nlistener 1\n', true],
    ['allow_anonymous true\nlistener 1\nlistener_allow_anonymous false\n', false],
    ['listener 1\nlistener_allow_anonymous true\n', true],
    ['per_listener_settings true\nlistener 2\nallow_anonymous true\nlistener 1\n', false],
    ['per_listener_settings true\nlistener 2\nlistener 1\nallow_anonymous true\n', true],
  ])('%j', (text, expected) => {
    const { listeners } = view(text)
    expect(listeners.find((one) => one.endpoint.kind === 'tcp' && one.endpoint.port === 1)?.allowAnonymous.value).toBe(
      expected,
    )
  })

  it('a global password_file counts for every listener unless settings are per listener', () => {
    expect(view('listener 1\nlistener 2\npassword_file p\n').listeners[0]?.passwordFile?.value).toBe('p')
    expect(
      view('per_listener_settings true\nlistener 1\nlistener 2\npassword_file p\n').listeners[0]?.passwordFile,
    ).toBeUndefined()
  })
})

describe('include_dir', () => {
  const main = 'listener 1\ninclude_dir /etc/c\nenable_proxy_protocol 2\n'

  it('reads the files in place; a listener does not reach into or out of them', () => {
    const parsed = parseMosquitto(main, 'm.conf', () => [
      { file: '/etc/c/a.conf', text: 'require_certificate true\nlistener 2\n' },
    ])
    const { listeners } = viewMosquitto(parsed.document, parsed.included)
    expect(listeners.map((one) => (one.endpoint.kind === 'tcp' ? one.endpoint.port : 0))).toEqual([1, 1883, 2])
    expect(listeners[0]?.proxy?.value).toBe(2)
    expect(listeners[0]?.requireCertificate.value).toBe(false)
  })

  it('says where it is missing, loops or is nested', () => {
    const codes = (texts: Parameters<typeof parseMosquitto>[2]) =>
      parseMosquitto(main, 'm.conf', texts).problems.map((one) => one.code)
    expect(codes(() => undefined)).toEqual(['include-unreadable'])
    expect(codes(() => [{ file: 'm.conf', text: main }])).toContain('include-loop')
    expect(codes(() => [{ file: 'x.conf', text: 'include_dir /d\n' }])).toEqual(['include-nested'])
  })
})

describe('lines', () => {
  it('keep values with blanks and every byte of the file', () => {
    const text = '# note\n\nlog_dest  file   /var/log/a b.log  \n  listener 1\r\nuser\n'
    const { document } = parseMosquitto(text, 'm.conf')
    expect(renderEntries(document)).toBe(text)
    expect(document.lines[2]).toMatchObject({ key: 'log_dest', value: 'file   /var/log/a b.log' })
    expect(document.lines[2]?.valueSpan).toMatchObject({ column: 11 })
  })

  it('warn of what Mosquitto does not take for a blank or a comment', () => {
    const { problems } = parseMosquitto('listener\t1883\n  # note\n', 'm.conf')
    expect(problems).toMatchObject([
      { code: 'tab', span: { line: 1 } },
      { code: 'indented-comment', span: { line: 2, column: 3 } },
    ])
  })
})
