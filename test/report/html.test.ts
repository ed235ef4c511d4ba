import { describe, expect, it } from 'vitest'
import type { ReportFile } from '../../src/kernel/result.js'
import { renderHtml } from '../../src/report/html.js'
import { plain } from '../../src/report/style.js'
import { fullResult, hugeResult } from './full-result.js'
import { finding, lintResult } from './results.js'

const context = { version: '0.0.0', style: plain }

describe('renderHtml', () => {
  it('stays under 300 kB whatever came of it, and keeps what failed in full', () => {
    const html = renderHtml(hugeResult, context)
    expect(Buffer.byteLength(html)).toBeLessThan(300_000)
    expect(html).toContain('refused by TLS')
    expect(html.match(/class="tile passed"/g)).toHaveLength(1584)
  })

  it('has a line for every check of a few hundred, however large the files of deviations are', () => {
    const text = 'a line of a log that is long\n'.repeat(400)
    const groups = Array.from({ length: 27 }, (_, n) => ({
      id: `g${n}`,
      title: 'g',
      durationMs: 1,
      cases: Array.from({ length: 13 }, (_, at) => ({
        id: `g${n}/${at}`,
        title: 'a title of a usual length for a check',
        status: at === 0 ? ('deviation' as const) : ('passed' as const),
        reason: 'known',
      })),
      files: [{ name: 'broker.log', kind: 'log' as const, text }],
    }))
    const html = renderHtml({ ...fullResult, groups }, context)
    expect(Buffer.byteLength(html)).toBeLessThan(300_000)
    expect(html.match(/class="case"/g)).toHaveLength(27 * 13)
  })

  it("marks the line at fault in a copy by its line in the user's file", () => {
    const likely = [{ file: 'lab/haproxy.cfg', line: 2, message: 'the fault' }]
    const cases = [{ id: 'tcp/a', title: 'a', status: 'failed' as const, likely }]
    const text = 'global\n    log stdout\ndefaults\n    mode tcp\n'
    const origin = { file: 'lab/haproxy.cfg', lines: [null, null, 1, 2] }
    const groups = (files: readonly ReportFile[]) => [{ id: 'tcp', title: 'tcp', durationMs: 1, cases, files }]
    const page = (files: readonly ReportFile[]) => renderHtml({ ...fullResult, groups: groups(files) }, context)
    const file = { name: 'haproxy.cfg', kind: 'haproxy' as const, text }
    expect(page([{ ...file, origin }])).toContain('<mark><span class="ln">2</span>    mode tcp</mark>')
    expect(page([{ ...file, origin }])).toContain('<span class="ln">+</span>    log stdout')
    expect(page([{ ...file, origin: { ...origin, file: 'other/haproxy.cfg' } }])).not.toContain('<mark>')
    expect(page([file])).toContain('<mark><span class="ln">2</span>    log stdout</mark>')
  })

  it('says of what kind the checks are that found no room', () => {
    const cases = Array.from({ length: 1500 }, (_, at) => ({
      id: `tcp/${at}`,
      title: 'x'.repeat(200),
      status: 'failed' as const,
    }))
    const html = renderHtml({ ...fullResult, groups: [{ id: 'tcp', title: 'tcp', durationMs: 1, cases }] }, context)
    expect(html).toMatch(/\d+ more failed; the JSON report has them/)
    expect(html).not.toContain('more passed')
  })

  it('stays under 300 kB with thousands of findings, and says how many it left out', () => {
    const findings = Array.from({ length: 3000 }, () => finding)
    const html = renderHtml(lintResult(findings), context)
    expect(Buffer.byteLength(html)).toBeLessThan(300_000)
    expect(html).toMatch(/\d+ more; the JSON report has them/)
  })

  it('escapes everything that came from outside', () => {
    const html = renderHtml(fullResult, context)
    expect(html).not.toContain('<by TLS>')
    expect(html).toContain('&#60;by TLS&#62; &#38; &#34;quoted&#34;')
  })

  it('says what is of a second run, and which ports that had', () => {
    const html = renderHtml(fullResult, context)
    expect(html).toContain(
      'are of a second run of this check alone: client 127.0.0.2:50001; HAProxy to the broker from 127.0.0.1:50002, through the recorder from 127.0.0.1:50003',
    )
    expect(html).toContain('127.0.0.2:50001 &#60;again&#62;')
    // It stands above the picture and the header, which it is about.
    expect(html.indexOf('of a second run')).toBeLessThan(html.indexOf('PROXY header on the wire'))
  })

  it('names nothing outside itself', () => {
    expect(renderHtml(fullResult, context)).not.toMatch(/(?:src|href)="(?!#)|https?:\/\/|@import|url\(/)
  })

  it('says of a clean lint that nothing was found', () => {
    expect(renderHtml(lintResult([]), context)).toContain('Nothing found.')
  })

  it('explains the log of HAProxy in words', () => {
    expect(renderHtml(fullResult, context)).toMatch(/<ul class="words"><li>[^<]*(no server|NOSRV|backend)/i)
  })
})
