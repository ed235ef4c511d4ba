import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { fixAll } from '../../../src/lint/fix.js'
import { lintRules } from '../../../src/lint/rules.js'
import { type Certificates, fixtureCertificates, fixturesOf, folder, lintFixture } from '../fixture.js'

let certificates: Certificates

beforeAll(async () => {
  certificates = await fixtureCertificates()
})

function codes(findings: readonly { readonly code: string }[]): string[] {
  return [...new Set(findings.map((one) => one.code))].sort()
}

it('every rule has its own code, name and fixtures both ways', () => {
  expect(new Set(lintRules.map((one) => one.code)).size).toBe(lintRules.length)
  expect(new Set(lintRules.map((one) => one.name)).size).toBe(lintRules.length)
  expect(lintRules.map((one) => one.code)).toEqual(lintRules.map((one) => one.code).sort())
  const missing = lintRules.flatMap((one) =>
    (['fires', 'silent'] as const)
      .filter((kind) => fixturesOf(one.code, kind).length === 0)
      .map((kind) => `${one.code} ${kind}`),
  )
  expect(missing).toEqual([])
  expect(readdirSync(folder).filter((name) => name.startsWith('MP'))).toEqual(lintRules.map((one) => one.code))
})

describe.each(lintRules.map((one) => [one.code, one] as const))('%s', (code, rule) => {
  it.each(fixturesOf(code, 'fires').map((one) => [one.name, one] as const))(
    '%s fires, and nothing else does',
    (_, fixture) => {
      const findings = lintFixture(fixture, certificates)
      expect(codes(findings)).toEqual([...(fixture.expect ?? [code])].sort())
      for (const one of findings) {
        const lines = (fixture.files.get(one.at.file) ?? '').split('\n')
        expect(one.at.line).toBeGreaterThan(0)
        expect(lines.length).toBeGreaterThanOrEqual(one.at.line ?? 0)
        const of = lintRules.find((known) => known.code === one.code)
        expect([of?.severity, ...(of?.also ?? [])], `${one.code} declares its severities`).toContain(one.severity)
      }
    },
  )

  it.each(fixturesOf(code, 'silent').map((one) => [one.name, one] as const))('%s is silent', (_, fixture) => {
    expect(codes(lintFixture(fixture, certificates))).not.toContain(code)
  })

  it.each(fixturesOf(code, 'fires').map((one) => [one.name, one] as const))(
    '%s is clean after its fixes',
    (_, fixture) => {
      const before = lintFixture(fixture, certificates)
      if (before.some((one) => (one.fix?.edits?.length ?? 0) === 0)) return
      const configs = new Map([...fixture.files].filter(([path]) => /\.(cfg|conf)$/.test(path)))
      const fixed = fixAll(configs, (texts) => lintFixture(fixture, certificates, texts))
      expect(codes(fixed.remaining)).toEqual([])
      expect(fixed.texts.size).toBeGreaterThan(0)
    },
  )

  it('says what it is in whole sentences', () => {
    for (const text of [rule.summary, rule.harm, rule.evidence, rule.fix]) expect(text).toMatch(/^\S.{8,}\S$/s)
    expect(rule.severity === 'error' || rule.unproven === undefined).toBe(true)
  })
})
