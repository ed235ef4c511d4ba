import { describe, expect, it } from 'vitest'
import { reader } from '../../src/brokers/mosquitto/read.js'
import { reader as vernemqReader } from '../../src/brokers/vernemq/read.js'
import { ConfigRefusal } from '../../src/mqtt-server/mosquitto/config-refusal.js'
import { localPlan, planFromMosquitto } from '../../src/mqtt-server/options-from-mosquitto.js'
import { planFromVernemq } from '../../src/mqtt-server/options-from-vernemq.js'
import type { BrokerPlan } from '../../src/mqtt-server/plan.js'

const files: Readonly<Record<string, string>> = { 'server.crt': 'CERT', 'server.key': 'KEY', acl: 'topic read #' }
const read = (path: string) => {
  const text = files[path]
  if (text === undefined) throw new Error('no such file')
  return text
}

function plan(text: string): BrokerPlan {
  return planFromMosquitto(reader.read(text, 'm.conf'), { ports: [], read, manner: 'mosquitto' })
}

function refused(text: string): string {
  try {
    plan(text)
  } catch (error) {
    if (error instanceof ConfigRefusal) return `${error.span?.line ?? 0}: ${error.message}`
    throw error
  }
  return 'accepted'
}

describe('a mosquitto.conf', () => {
  it('becomes listeners with their header policy', () => {
    const { listeners } = plan(
      'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nproxy_protocol_v2_require_tls true\nrequire_certificate true\nuse_identity_as_username true\nallow_anonymous true\n',
    )
    expect(listeners).toHaveLength(1)
    expect(listeners[0]).toMatchObject({
      at: { host: '127.0.0.1', port: 1884 },
      header: { mode: 'required', accept: [2], requireTls: true, requireCertificate: true, cnAsUsername: true },
      access: { anonymous: true },
    })
  })

  it('opens all addresses of both families for a listener without one', () => {
    expect(plan('listener 1884\n').listeners.map((one) => one.at)).toEqual([
      { host: '0.0.0.0', port: 1884 },
      { host: '::', port: 1884 },
    ])
  })

  it('lets nobody in who is not named, once there is a listener', () => {
    const anonymous = (text: string) => plan(text).listeners.map((one) => one.access.anonymous)
    expect(anonymous('listener 1 127.0.0.1\n')).toEqual([false])
    expect(anonymous('allow_anonymous true\nlistener 1 127.0.0.1\nlistener_allow_anonymous false\n')).toEqual([false])
    expect(
      anonymous('per_listener_settings true\nlistener 1 127.0.0.1\nallow_anonymous true\nlistener 2 127.0.0.1\n'),
    ).toEqual([true, false])
  })

  it('stays on loopback without a listener, and lets everybody in', () => {
    const local = localPlan([1999])
    expect(local.localOnly).toBe(true)
    expect(local.listeners.map((one) => [one.at, one.access.anonymous])).toEqual([
      [{ host: '127.0.0.1', port: 1999 }, true],
      [{ host: '::1', port: 1999 }, true],
    ])
  })

  it('opens the default listener by bind_address as by port, and leaves the listener before it alone', () => {
    const opened = (text: string) => {
      const { listeners, localOnly } = plan(text)
      return [localOnly, ...listeners.map(({ at, maxQos, access }) => [at, maxQos, access.anonymous])]
    }
    const bound = { host: '127.0.0.2', port: 1883 }
    expect(opened('bind_address 127.0.0.2\n')).toEqual([false, [bound, 2, false]])
    expect(opened('listener 1884 127.0.0.1\nbind_address 127.0.0.2\nmax_qos 0\n')).toEqual([
      false,
      [{ host: '127.0.0.1', port: 1884 }, 2, false],
      [bound, 0, false],
    ])
  })

  it('says which options have no effect because nothing opens the listener they speak of', () => {
    const { localOnly, notes, listeners } = plan('max_qos 0\nmax_connections 5\n')
    expect([localOnly, listeners.map((one) => one.maxQos)]).toEqual([true, [2, 2]])
    expect(notes).toEqual([
      "Note: 'max_qos' has no effect here: no 'listener' or 'port' opens the listener it speaks of.",
      "Note: 'max_connections' has no effect here: no 'listener' or 'port' opens the listener it speaks of.",
    ])
    expect(plan('max_qos 0\nport 1884\n').notes).toEqual([])
  })

  it('names the option as it stands in the file when nothing is saved', () => {
    expect(plan('listener 1 127.0.0.1\nretained_persistence true\npersistence false\n').notes).toEqual([
      "Note: 'retained_persistence' has no effect here: nothing is saved when the broker ends.",
    ])
  })

  it('reads the files it names', () => {
    const [listener] = plan(
      'listener 8883 127.0.0.1\ncertfile server.crt\nkeyfile server.key\nacl_file acl\n',
    ).listeners
    expect(listener?.tls).toMatchObject({ cert: 'CERT', key: 'KEY' })
    expect(listener?.access.list?.allows({ id: 'a', username: undefined }, 't', 'read')).toBe(true)
  })

  it('is refused with the line, in Mosquitto’s words', () => {
    const wrong = {
      'listener 1 127.0.0.1\nenable_proxy_protocol_v2 true':
        "2: Unknown configuration variable 'enable_proxy_protocol_v2'.",
      'listener 1 127.0.0.1\nenable_proxy_protocol 3': '2: enable_proxy_protocol must be 1 or 2.',
      'listener 1 127.0.0.1\nenable_proxy_protocol true': "2: 'enable_proxy_protocol' value not a number.",
      'enable_proxy_protocol 2': "1: The 'enable_proxy_protocol' option requires a listener to be defined first.",
      'listener 1 127.0.0.1\nenable_proxy_protocol 2\ncertfile server.crt\nkeyfile server.key':
        '1: certfile and keyfile cannot be used with `enable_proxy_protocol 2`.',
      'listener 1 127.0.0.1\nenable_proxy_protocol 2\nuse_subject_as_username true':
        '1: use_subject_as_username cannot be used with `enable_proxy_protocol 2`.',
      'listener 100000': "1: Invalid 'port' value (100000).",
      'listener 0': '1: A listener with port 0 must provide a Unix socket path.',
      'allow_anonymous yes': "1: Invalid 'allow_anonymous' value (yes).",
      allow_anonymous: "1: Empty 'allow_anonymous' value in configuration.",
      'max_packet_size 19': "1: 'max_packet_size' must be >= 20.",
      'max_qos 3': "1: 'max_qos' must be between 0 and 2 inclusive.",
    }
    for (const [text, message] of Object.entries(wrong)) expect(refused(`${text}\n`)).toBe(message)
  })

  it('is refused for what Mosquitto knows and we do not carry out', () => {
    for (const option of ['plugin x.so', 'connection b', 'psk_file f', 'log_dest syslog', 'bind_interface lo']) {
      expect(refused(`listener 1 127.0.0.1\n${option}\n`)).toMatch(/^2: .*not supported by the embedded broker/)
    }
  })

  it('notes what has no effect', () => {
    expect(plan('listener 1 127.0.0.1\npersistence true\nuser mosquitto\n').notes).toHaveLength(2)
  })
})

describe('a vernemq.conf', () => {
  const vernemq = (text: string) =>
    planFromVernemq(vernemqReader.read(text, 'v.conf'), { ports: [], read, manner: 'standard' })

  it('becomes listeners that take both header versions and the CN, as VerneMQ does', () => {
    const { listeners } = vernemq(
      'allow_anonymous = on\nlistener.tcp.default = 127.0.0.1:1883\nlistener.tcp.default.proxy_protocol = on\n',
    )
    expect(listeners).toMatchObject([
      {
        at: { host: '127.0.0.1', port: 1883 },
        header: { mode: 'required', accept: [1, 2], cnAsUsername: true, cnOptional: true },
      },
    ])
  })

  it('is refused for what it cannot be', () => {
    const tcp = 'allow_anonymous = on\nlistener.tcp.default = 127.0.0.1:1883\n'
    expect(() => vernemq(`${tcp}listener.tcp.default.proxy_protocol = true\n`)).toThrow(/on or off/)
    expect(() => vernemq(`${tcp}queue_deliver_mode = balance\n`)).toThrow(/not supported/)
    expect(() => vernemq('listener.tcp.default = 127.0.0.1:1883\n')).toThrow(/allow_anonymous/)
    expect(() => vernemq('allow_anonymous = on\nlistener.http.default = 127.0.0.1:8888\n')).toThrow(/no listener/)
  })
})
