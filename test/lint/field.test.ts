import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Certificates, type Fixture, fixtureCertificates, lintFixture, parseFixture } from './fixture.js'

/** Pairs that other people's setups were reduced to, named after their kind. */
const folder = join(import.meta.dirname, '../../fixtures/lint-field')
const fixtures = readdirSync(folder).map((name) =>
  parseFixture(name.replace('.txt', ''), readFileSync(join(folder, name), 'utf8')),
)

let certificates: Certificates

beforeAll(async () => {
  certificates = await fixtureCertificates()
})

function codes(fixture: Fixture, files = fixture.files): string[] {
  const found = lintFixture({ ...fixture, files }, certificates, files)
  return [...new Set(found.map((one) => one.code))].sort()
}

function changed({ files }: Fixture, change: (text: string, name: string) => string): Fixture['files'] {
  return new Map([...files].map(([name, text]) => [name, change(text, name)]))
}

describe('what is true of a pair', () => {
  it.each(fixtures.map((one) => [one.name, one] as const))('%s', (_, fixture) => {
    expect(codes(fixture)).toEqual(fixture.expect ?? [])
  })
})

describe('holds of other pairs of its kind', () => {
  const mosquitto = fixtures.filter((one) => one.files.has('mosquitto.conf'))
  const inLoopback6 = (spelling: string) => (fixture: Fixture) =>
    changed(fixture, (text, name) =>
      name === 'mosquitto.conf'
        ? text.replaceAll('127.0.0.1', spelling)
        : text.replaceAll(/127\.0\.0\.1:/g, `[${spelling}]:`),
    )

  it.each(mosquitto.map((one) => [one.name, one] as const))('%s, over ::1', (_, fixture) => {
    for (const spelling of ['::1', '0:0:0:0:0:0:0:1']) {
      expect(codes(fixture, inLoopback6(spelling)(fixture))).toEqual(fixture.expect ?? [])
    }
  })

  it.each(fixtures.map((one) => [one.name, one] as const))('%s, with other ports', (_, fixture) => {
    const other = (text: string) =>
      text.replaceAll(
        /([:\s=])(1[0-9]{4})\b/g,
        (_all, before: string, port: string) => `${before}${Number(port) + 7000}`,
      )
    expect(codes(fixture, changed(fixture, other))).toEqual(fixture.expect ?? [])
  })

  it.each(fixtures.map((one) => [one.name, one] as const))('%s, with other names and tabs', (_, fixture) => {
    const other = (text: string, name: string) =>
      name !== 'haproxy.cfg'
        ? text
        : text
            .replaceAll(/^( +)/gm, '\t')
            .replaceAll(/\b(use_backend|default_backend|backend) (\w+)/g, '$1 x-$2')
            .replaceAll('far/dev', 'x-far/dev')
    expect(codes(fixture, changed(fixture, other))).toEqual(fixture.expect ?? [])
  })

  it.each(mosquitto.filter((one) => !/machine|variable/.test(one.name)).map((one) => [one.name, one] as const))(
    '%s, with the broker on another host, has nothing between the two',
    (_, fixture) => {
      const there = changed(fixture, (text, name) =>
        name === 'mosquitto.conf'
          ? text.replaceAll('127.0.0.1', '10.0.0.5')
          : text.replaceAll(/(server \S+) 127\.0\.0\.1:(12\d{3}|18\d\d)\b/g, '$1 10.0.0.9:$2'),
      )
      const between = codes(fixture, there).filter((code) => /^MP4(?!07|11|12|20)/.test(code))
      expect(between).toEqual([])
    },
  )
})
