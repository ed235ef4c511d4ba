import { readFileSync } from 'node:fs'
import { beforeAll, expect, it, vi } from 'vitest'
import { type Certificates, fixtureCertificates } from './fixture.js'

let certificates: Certificates

beforeAll(async () => {
  certificates = await fixtureCertificates()
})

/** As a program that starts reads them: tables and rules come into being anew. */
async function readAnew() {
  vi.resetModules()
  const { lintRules } = await import('../../src/lint/rules.js')
  const { fixturesOf, lintFixture } = await import('./fixture.js')
  return { lintRules, fixturesOf, lintFixture }
}

it('every rule is what its page says', async () => {
  const { lintRules } = await readAnew()
  expect(lintRules.length).toBeGreaterThan(60)
  for (const rule of lintRules) {
    const page = readFileSync(new URL(`../../docs/rules/${rule.code}.md`, import.meta.url), 'utf8')
    const [, title, severities, selected] = /^# (.+)\n\n\*\*(.+?)\*\*(, runs only when selected)?/.exec(page) ?? []
    expect([title, severities?.split(/, | or /)]).toEqual([
      `${rule.code}: ${rule.name}`,
      [rule.severity, ...(rule.also ?? [])],
    ])
    expect(selected !== undefined, rule.code).toBe(rule.optional ?? false)
    for (const words of [rule.summary, rule.harm, rule.evidence, rule.fix, rule.unproven ?? '']) {
      expect(page).toContain(words)
    }
  }
})

it.each(['MP0', 'MP10', 'MP11', 'MP12', 'MP20', 'MP21', 'MP40', 'MP41', 'MP42', 'MP43', 'MP50'])(
  'every rule %s… fires on its examples when it is read anew',
  async (begin) => {
    const { lintRules, fixturesOf, lintFixture } = await readAnew()
    for (const { code } of lintRules.filter((one) => one.code.startsWith(begin))) {
      for (const fixture of fixturesOf(code, 'fires')) {
        const found = lintFixture(fixture, certificates).map((one) => one.code)
        expect(found, fixture.name).toContain(code)
      }
    }
  },
)

/** Severities of one rule for one file, by rules that are read anew. */
async function severities(code: string, name: string, text: string): Promise<readonly string[]> {
  const { lintFixture } = await readAnew()
  const { parseFixture } = await import('./fixture.js')
  const fixture = parseFixture('own', `-- ${name} --\n${text}`)
  return lintFixture(fixture, certificates, fixture.files, [code]).map((one) => one.severity)
}

it('VerneMQ takes on or off for its switches and plugins, by their whole names', async () => {
  const lines = (...names: readonly string[]) =>
    `listener.tcp.a = 127.0.0.1:1883\n${names.map((one) => `${one} = maybe\n`).join('')}`
  const switches = [
    'allow_anonymous',
    'listener.tcp.a.proxy_protocol',
    'listener.ssl.b.require_certificate',
    'plugins.vmq_passwd',
  ]
  expect(await severities('MP207', 'vernemq.conf', lines(...switches))).toEqual(switches.map(() => 'error'))
  const others = [
    'disallow_anonymous',
    'allow_anonymous_x',
    'plugins.a.path',
    'plugins.a.path.priority',
    'my.plugins.a',
    'plugins.-',
  ]
  expect(await severities('MP207', 'vernemq.conf', lines(...others))).toEqual([])
})

it('the CN of a header is no setting of VerneMQ', async () => {
  const of = (line: string) => severities('MP208', 'vernemq.conf', `listener.tcp.a = 127.0.0.1:1883\n${line}\n`)
  expect(await of('listener.tcp.proxy_protocol_use_cn_as_username = on')).toEqual(['warning'])
  expect(await of('listener.tcp.proxy_protocol_use_cn_as_username = off')).toEqual(['error'])
  expect(await of('listener.ws.long.proxy_protocol_use_cn_as_username = off')).toEqual(['warning'])
  expect(await of('listener.tcp.long.use_cn_as_username = on')).toEqual(['error'])
  expect(await of('listener.tcp.use_cn_as_username = on')).toEqual(['error'])
  expect(await of('listener.tcp.a.use_cn_as_username.x = on')).toEqual([])
  expect(await of('x.listener.tcp.a.use_cn_as_username = on')).toEqual([])
  expect(await of('listener.ssl.a.use_cn_as_username = on')).toEqual([])
})

it.each([
  ['299s', ['MP109']],
  ['5m', ['MP118']],
  ['21599s', ['MP118']],
  ['6h', []],
])('hard-stop-after is short below five minutes, and a choice from six hours on: %s', async (time, codes) => {
  const text = `global\n hard-stop-after ${time}\nlisten mqtt\n mode tcp\n bind :1883\n server b 127.0.0.1:1884\n`
  const short = await severities('MP109', 'haproxy.cfg', text)
  const storm = await severities('MP118', 'haproxy.cfg', text)
  expect([...short.map(() => 'MP109'), ...storm.map(() => 'MP118')]).toEqual(codes)
})

it('what need not stop the program is told more mildly', async () => {
  const sound = 'listen mqtt\n bind :1883\n server b 127.0.0.1:1884\n'
  const of = (name: string, text: string) => severities('MP002', name, text)
  expect(await of('haproxy.cfg', `${sound}newcomer x\n a b\n`)).toEqual(['info'])
  expect(await of('haproxy.cfg', `${sound} bind "\n`)).toEqual(['error'])
  expect(await of('haproxy.cfg', sound.replace(':1883', ':1883 \r accept-proxy'))).toEqual(['warning'])
  expect(await of('mosquitto.conf', '# nothing\n')).toEqual(['warning'])
})
