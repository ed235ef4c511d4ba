import { beforeAll, it } from 'vitest'
import type { Finding } from '../../../src/kernel/result.js'
import { editText } from '../../path/describe.js'
import { recordedIn } from '../../recorded-text.js'
import { allFixtures } from '../all-fixtures.js'
import { type Certificates, fixtureCertificates, lintFixture } from '../fixture.js'

/** Each finding of each pair: place, severity, words, what else it points to, and its edits. */
const recorded = recordedIn(new URL('recorded/findings.txt', import.meta.url))

let certificates: Certificates

beforeAll(async () => {
  certificates = await fixtureCertificates()
})

function text({ code, severity, message, at, related = [], fix }: Finding): string {
  const end = at.endLine === at.line ? at.endColumn : `${at.endLine}:${at.endColumn}`
  return [
    `${code} ${severity} ${at.file}:${at.line}:${at.column}-${end} ${message}`,
    ...related.map((one) => `  see ${one.file}:${one.line}:${one.column} ${one.message}`),
    ...(fix === undefined ? [] : [`  fix: ${fix.text}`]),
    ...(fix?.edits ?? []).map((edit) => `  ${editText(edit)}`),
  ].join('\n')
}

it.each(allFixtures().map((one) => [one.name, one] as const))('the findings of %s', (name, fixture) => {
  recorded.expect(name, lintFixture(fixture, certificates).map(text).join('\n'))
})
