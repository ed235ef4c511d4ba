import { describe, expect, it } from 'vitest'
import { lintFixture, parseFixture } from '../fixture.js'

/** What is found in a mosquitto.conf of these lines: place, words, remedy. */
function found(code: string, ...lines: readonly string[]): readonly string[] {
  const fixture = parseFixture('own', `-- mosquitto.conf --\n${lines.join('\n')}\n`)
  return lintFixture(fixture, (one) => one, fixture.files, [code]).map(({ severity, message, at, fix }) =>
    [
      `${severity} ${at.line}:${at.column}-${at.endColumn} ${message}`,
      ...(fix === undefined ? [] : [`fix: ${fix.text}`]),
      ...(fix?.edits ?? []).map((edit) => `edit ${edit.line}:${edit.column}-${edit.endColumn} ${edit.newText}`),
    ].join(' | '),
  )
}

describe('an option of Mosquitto (MP201)', () => {
  it.each([
    [['listener 1884 127.0.0.1', 'enable_proxy_protocol 2', 'allow_anonymous true']],
    [['listener 1884', 'enable_proxy_protocol 1']],
    [['# enable_proxy_protocol_v2 true', 'listener 1884']],
  ])('is known: %j', (lines) => {
    expect(found('MP201', ...lines)).toEqual([])
  })

  it('that no release has is put right, also where it is off', () => {
    const message = 'enable_proxy_protocol_v2 exists in no release of Mosquitto: it became enable_proxy_protocol 2'
    expect(found('MP201', 'listener 1884', 'enable_proxy_protocol_v2 true')).toEqual([
      `error 2:1-25 ${message} | fix: enable_proxy_protocol 2 | edit 2:1-30 enable_proxy_protocol 2`,
    ])
    expect(found('MP201', 'listener 1884', 'enable_proxy_protocol_v2 false')).toEqual([
      `error 2:1-25 ${message} | fix: remove the line`,
    ])
  })

  it('that nobody knows is told with the nearest one', () => {
    expect(found('MP201', 'alow_anonymous true')).toEqual([
      'error 1:1-15 Mosquitto 2.1 knows no option "alow_anonymous" | fix: allow_anonymous | edit 1:1-15 allow_anonymous',
    ])
    expect(found('MP201', 'qqqqqqqqqqqq true')).toEqual(['error 1:1-13 Mosquitto 2.1 knows no option "qqqqqqqqqqqq"'])
  })

  it.each([
    ['allow_anonymous yes', '1:17-20 allow_anonymous takes true or false, not "yes"'],
    ['max_keepalive many', '1:15-19 max_keepalive takes a number, not "many"'],
  ])('takes not every value: %s', (line, words) => {
    expect(found('MP201', line)).toEqual([`error ${words}`])
  })

  it.each([
    ['true', true],
    ['ON', true],
    ['yes', true],
    ['v2', true],
    ['3', false],
    ['truely', false],
    ['xv2', false],
  ])('enable_proxy_protocol takes 1 or 2, not %s', (value, meant) => {
    const end = 23 + value.length
    expect(found('MP201', 'listener 1884', `enable_proxy_protocol ${value}`)).toEqual([
      `error 2:23-${end} enable_proxy_protocol takes 1 or 2, not "${value}" | fix: enable_proxy_protocol 2${meant ? ` | edit 2:23-${end} 2` : ''}`,
    ])
  })

  it('needs the line above it that it belongs to', () => {
    expect(found('MP201', 'enable_proxy_protocol 2', 'listener 1884')).toEqual([
      'error 1:1-22 enable_proxy_protocol needs a listener line above it, in the same file',
    ])
    expect(found('MP201', 'topic # in', 'listener 1884')).toEqual([
      'error 1:1-6 topic needs a connection line above it, in the same file',
    ])
  })
})
