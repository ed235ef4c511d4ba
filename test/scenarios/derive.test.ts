import { describe, expect, it } from 'vitest'
import { parseCuttlefish } from '../../src/brokers/cuttlefish.js'
import { brokerKinds } from '../../src/brokers/index.js'
import { parseMosquitto } from '../../src/brokers/mosquitto/parse.js'
import { viewMosquitto } from '../../src/brokers/mosquitto/view.js'
import { viewRabbitmq } from '../../src/brokers/rabbitmq/view.js'
import { viewVernemq } from '../../src/brokers/vernemq/view.js'
import { renderEntries } from '../../src/config/entries.js'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { renderHaproxy } from '../../src/config/haproxy/render.js'
import { type HaproxyView, viewHaproxy } from '../../src/config/haproxy/view.js'
import { formatEndpoint } from '../../src/kernel/address.js'
import { derive } from '../../src/scenarios/derive.js'
import { type DeriveOptions, settle } from '../../src/scenarios/options.js'
import { whyImpossible } from '../../src/scenarios/possible.js'
import { scenarios } from '../../src/scenarios/table.js'
import type { Scenario } from '../../src/scenarios/types.js'

/** Every scenario with every transport and address family, by a name for the test. */
const variants = scenarios.flatMap((scenario) =>
  scenario.transports.flatMap((transport) =>
    ([4, 6] as const).map((ip) => ({
      name: `${scenario.id} ${transport} ip${ip}`,
      scenario,
      options: { transport, ip },
    })),
  ),
)
const pairs = variants.flatMap((variant) =>
  brokerKinds.map((broker) => ({ ...variant, name: `${variant.name} ${broker}`, broker })),
)
const possible = pairs.filter(({ scenario, options, broker }) => {
  const settled = { ...settle(scenario, options), broker }
  return whyImpossible(scenario, settled) === undefined
})

function haproxyOf(scenario: Scenario, options: DeriveOptions, role = 0): HaproxyView {
  const file = derive(scenario, options).haproxy[role]
  if (file === undefined) throw new Error('no such HAProxy')
  return viewHaproxy([parseHaproxy(file.text, file.name).document])
}

function serversOf(view: HaproxyView): string[] {
  return view.proxies.flatMap((proxy) => proxy.servers.map((server) => formatEndpoint(server.endpoint)))
}

describe('derive', () => {
  it('renders most of the pairs there are, so that the rows below are not few by accident', () => {
    expect(possible.length).toBeGreaterThan(300)
  })

  it.each(possible)('$name: same input, same bytes', ({ scenario, options, broker }) => {
    const texts = () => {
      const derived = derive(scenario, { ...options, broker })
      return [...derived.haproxy, ...derived.brokers.flatMap((one) => one.files)].map((file) => file.text)
    }
    expect(texts()).toEqual(texts())
  })

  it.each(variants)('$name: haproxy.cfg comes back from its text as it was', ({ scenario, options }) => {
    for (const file of derive(scenario, options).haproxy) {
      const parsed = parseHaproxy(file.text, file.name)
      expect(parsed.problems).toEqual([])
      expect(renderHaproxy(parsed.document)).toBe(file.text)
      const words = (document: typeof parsed.document) =>
        document.sections.map((section) =>
          [section.header, ...section.lines].map((line) => line.words.map((w) => w.text)),
        )
      expect(words(parsed.document)).toEqual(words(file.document))
    }
  })

  it.each(variants)('$name: every frontend leads to a server', ({ scenario, options }) => {
    for (const role of derive(scenario, options).haproxy.keys()) {
      const view = haproxyOf(scenario, options, role)
      for (const proxy of view.proxies.filter((one) => one.binds.length > 0)) {
        const backend = view.proxies.find((one) => one.name === proxy.defaultBackend?.value)
        expect(backend?.servers.length, proxy.name).toBeGreaterThan(0)
      }
    }
  })

  const readable = possible.filter(({ broker }) => ['mosquitto', 'vernemq', 'rabbitmq'].includes(broker))
  it.each(readable)('$name: server lines and listeners are the same places', ({ scenario, options, broker }) => {
    const derived = derive(scenario, { ...options, broker })
    const inner = derived.haproxy.length - 1
    const servers = new Set(serversOf(haproxyOf(scenario, { ...options, broker }, inner)))
    const listeners = derived.brokers.flatMap((one) => {
      const [file] = one.files
      if (file === undefined) throw new Error('no file')
      return listenersOf(file.text, file.name, broker)
    })
    expect(new Set(listeners)).toEqual(servers)
    const places = derived.brokers.map(({ listener }) => ('path' in listener ? listener.path : `${listener.port}`))
    for (const [index, place] of places.entries()) expect(listeners[index]).toContain(place)
  })

  it.each(possible.filter(({ broker }) => broker === 'vernemq' || broker === 'rabbitmq' || broker === 'mosquitto'))(
    '$name: the broker file comes back from its text as it was',
    ({ scenario, options, broker }) => {
      for (const one of derive(scenario, { ...options, broker }).brokers) {
        const [file] = one.files
        if (file?.document === undefined) throw new Error('no document')
        const parse = broker === 'mosquitto' ? parseMosquitto : parseCuttlefish
        const parsed = parse(file.text, file.name)
        expect(parsed.problems).toEqual([])
        expect(renderEntries(parsed.document)).toBe(file.text)
        const settings = (document: typeof parsed.document) =>
          document.lines.flatMap((line) => (line.key === undefined ? [] : [`${line.key}|${line.value ?? ''}`]))
        expect(settings(parsed.document)).toEqual(settings(file.document))
      }
    },
  )

  it.each(possible)('$name: begins with the command that makes it', ({ scenario, options, broker }) => {
    const derived = derive(scenario, { ...options, broker })
    for (const file of derived.haproxy) expect(file.text).toMatch(`# mqtt-proxy gen haproxy ${scenario.id}`)
    for (const one of derived.brokers) {
      const lines = one.files[0]?.text.split('\n').slice(0, 2).join('\n')
      expect(lines).toContain(`mqtt-proxy gen broker ${scenario.id}`)
    }
  })

  it('says of every broker that was never run that it was not', () => {
    for (const { scenario, options, broker } of possible) {
      const text = derive(scenario, { ...options, broker }).brokers[0]?.files[0]?.text ?? ''
      const ran = broker === 'embedded' || broker === 'mosquitto' || broker === 'rabbitmq' || broker === 'flashmq'
      if (broker === 'vernemq') expect(text).toContain('was not run on it')
      else expect(text.includes('UNTESTED'), broker).toBe(!ran)
    }
  })

  it('waits longer than one and a half keepalives, whatever the keepalive', () => {
    const proxy = scenarios.find((one) => one.id === 'proxy')
    if (proxy === undefined) throw new Error('no scenario')
    for (const keepalive of [1, 30, 60, 300, 65_535]) {
      const { proxies } = haproxyOf(proxy, { keepalive })
      for (const name of ['client', 'server']) {
        expect(proxies[0]?.timeouts.get(name)?.value).toBeGreaterThan(keepalive * 1500)
      }
    }
    expect(haproxyOf(proxy, { keepalive: 0 }).proxies[0]?.timeouts.get('tunnel')?.value).toBe(86_400_000)
  })
})

function listenersOf(text: string, name: string, broker: string): string[] {
  if (broker === 'mosquitto') {
    return viewMosquitto(parseMosquitto(text, name).document).listeners.map((one) => formatEndpoint(one.endpoint))
  }
  if (broker === 'vernemq') {
    return viewVernemq(parseCuttlefish(text, name).document).listeners.map((one) => formatEndpoint(one.endpoint))
  }
  return viewRabbitmq(parseCuttlefish(text, name).document).listeners.map((one) => formatEndpoint(one.endpoint))
}
