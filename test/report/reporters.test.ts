import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../src/kernel/errors.js'
import type { Finding, RunResult } from '../../src/kernel/result.js'
import type { RenderContext } from '../../src/report/render-context.js'
import { parseReporters, render } from '../../src/report/reporters.js'
import { plain } from '../../src/report/style.js'
import { readXml } from './read-xml.js'
import { checkResult, finding, lintResult } from './results.js'
import { probed as everySeverity } from './varied.js'

const context: RenderContext = { version: '0.1.0', style: plain }

describe('parseReporters', () => {
  const parse = (texts: string[], options = {}) => parseReporters(texts, { json: false, github: false, ...options })

  it('prints text for people when nothing else takes stdout', () => {
    expect(parse([])).toEqual([{ name: 'tty', file: undefined }])
    expect(parse(['junit=r.xml'])).toContainEqual({ name: 'tty', file: undefined })
    expect(parse(['junit'])).toEqual([{ name: 'junit', file: undefined }])
  })

  it('refuses two documents on stdout, also beside --json', () => {
    expect(() => parse(['junit', 'tap'])).toThrow(/both write to stdout/)
    expect(() => parse(['markdown'], { json: true })).toThrow(/--json and markdown/)
    expect(() => parse(['junit=a', 'tap=a'])).toThrow(/two reporters would write to a/)
  })

  it('knows one file by its other names, and stdout by all of its own', () => {
    expect(() => parse(['junit=a', 'tap=./a'])).toThrow(/two reporters would write to a/)
    for (const name of ['-', '/dev/stdout', '/dev/fd/1']) {
      expect(parse([`junit=${name}`])).toEqual([{ name: 'junit', file: undefined }])
      expect(() => parse([`junit=${name}`, 'tap'])).toThrow(/both write to stdout/)
    }
  })

  it('refuses sarif where the command has none', () => {
    expect(thrown(() => parse(['sarif=x'], { sarif: false })).exit).toBe(2)
  })

  it('names the nearest reporter', () => {
    const error = thrown(() => parse(['junti=x']))
    expect(error.exit).toBe(2)
    expect(error.hints).toContain('did you mean junit?')
  })

  it('refuses nothing where the command has no SARIF and nobody asked for it', () => {
    expect(parse(['junit=x'], { sarif: false })).toHaveLength(2)
    expect(parse(['sarif=x', 'junit=y'], { sarif: true })).toHaveLength(3)
    expect(() => parse(['junit=x', 'sarif=y'], { sarif: false })).toThrow('sarif is for lint and probe')
  })

  it('says how to keep two documents apart: the last one gets a file', () => {
    expect(thrown(() => parse(['junit', 'tap', 'markdown']))).toMatchObject({
      exit: 2,
      message: 'junit and tap and markdown would both write to stdout',
      hints: ['give one of them a file: --reporter markdown=FILE'],
    })
    expect(thrown(() => parse(['junit=a', 'tap=a'])).exit).toBe(2)
  })

  it('names all reporters where none is near', () => {
    expect(thrown(() => parse(['pdf'])).hints).toEqual([
      'known: tty, json, junit, tap, github, markdown, sarif, checkstyle, html',
    ])
    expect(thrown(() => parse(['=x'])).message).toBe('there is no reporter ""')
  })

  it('refuses an empty file name, and keeps an equals sign in one', () => {
    expect(thrown(() => parse(['junit=']))).toMatchObject({ exit: 2, message: '--reporter junit= names no file' })
    expect(parse(['junit=a=b'])).toContainEqual({ name: 'junit', file: 'a=b' })
  })

  it('does not add the annotations twice', () => {
    expect(parse(['github'], { github: true }).map(({ name }) => name)).toEqual(['tty', 'github'])
    expect(parse(['junit'], { github: true })).toEqual([
      { name: 'junit', file: undefined },
      { name: 'github', file: undefined },
    ])
    expect(parse([], { json: true })).toEqual([])
  })

  it('adds the annotations under GitHub Actions, and keeps the text', () => {
    expect(parse([], { github: true }).map((spec) => spec.name)).toEqual(['tty', 'github'])
  })
})

describe('text', () => {
  it('ends with the counts and tells a failure whole', async () => {
    const text = await render('tty', checkResult, context)
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^2 passed, 1 failed, 1 skipped/)
    for (const part of [
      'refused by TLS',
      'CONNACK 0',
      '127.0.0.2:48014',
      'lab/haproxy.cfg:12:5',
      'mqtt-proxy check proxy-mtls/no-certificate -v',
    ]) {
      expect(text).toContain(part)
    }
    expect(text).toContain('flaky')
    expect(text).toContain('tests the TLV, not its bit')
  })

  it('is short when quiet: only what failed', async () => {
    const text = await render('tty', checkResult, { ...context, quiet: true })
    expect(text).toContain('proxy-mtls/no-certificate')
    expect(text).not.toContain('tcp')
  })
})

describe('junit', () => {
  it('counts what it holds, with logs, attachments and skip reasons', async () => {
    const suites = readXml(await render('junit', checkResult, context), 'junit')
    const mtls = suites.children.find((suite) => suite.attributes.name?.startsWith('proxy-mtls'))
    expect(mtls?.attributes).toMatchObject({ tests: '4', failures: '1', errors: '1', skipped: '1' })
    const cases = mtls?.children.filter((child) => child.name === 'testcase') ?? []
    expect(cases[0]?.attributes.file).toBe('lab/haproxy.cfg')
    expect(cases[0]?.text).toContain('[[ATTACHMENT|.mqtt-proxy/last/proxy-mtls-no-certificate/haproxy.cfg]]')
    expect(cases[0]?.text).toContain('nothing <is> required & "so"')
    expect(cases[1]?.children[0]?.attributes.message).toContain('mosquitto 2.0.11')
  })

  it('never has zero test cases', async () => {
    const text = await render('junit', lintResult([]), context)
    expect(text.match(/<testcase/g)).toHaveLength(1)
  })

  it('says of a run of nothing that it was none', async () => {
    const empty = { ...checkResult, groups: [], ok: true }
    const [suite] = readXml(await render('junit', empty, context), 'junit').children
    expect(suite?.attributes).toMatchObject({ tests: '1', skipped: '1' })
  })

  it('has no byte that XML forbids', async () => {
    expect(await render('junit', checkResult, context)).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
  })
})

describe('tap', () => {
  it('plans as many lines as it has, and escapes what would be a directive', async () => {
    const lines = (await render('tap', checkResult, context)).split('\n')
    expect(lines[0]).toBe('TAP version 14')
    const points = lines.filter((line) => /^(not )?ok \d+ - /.test(line))
    expect(lines[1]).toBe(`1..${points.length}`)
    expect(points).toHaveLength(6)
    expect(lines.join('\n')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/)
    expect(points.find((line) => line.includes('# SKIP'))).toMatch(/# SKIP mosquitto 2\.0\.11 is older than 2\.1 \\#1$/)
  })
})

describe('findings below the threshold', () => {
  const at = { file: '127.0.0.1:1884' }
  const found = (severity: Finding['severity']): Finding => ({ code: 'MP-P1', severity, message: severity, at })
  const findings = [found('HIGH'), found('LOW'), found('WARN'), found('INFO'), found('OK')]
  const probed: RunResult = { ...lintResult(findings), command: 'probe', failOn: 'HIGH' }

  it('are no failures for a CI server: such a run exits 0', async () => {
    expect((await render('junit', probed, context)).match(/<failure/g)).toHaveLength(1)
    expect((await render('tap', probed, context)).match(/^not ok/gm)).toHaveLength(1)
    const calm = { ...probed, failOn: 'CRITICAL' } as const
    expect(await render('junit', calm, context)).toContain('failures="0"')
    expect(await render('tap', { ...probed, failOn: null }, context)).not.toMatch(/^not ok/m)
    const style = { ...lintResult([{ ...finding, severity: 'style' }]), failOn: 'warning' } as const
    expect(await render('junit', style, context)).not.toContain('<failure')
  })

  it('of a probe name no file: an address is none', async () => {
    const text = await render('github', probed, context)
    expect(text).toMatch(/^::error title=MP-P1 127\.0\.0\.1%3A1884::HIGH$/m)
    expect(`${text}${await render('junit', probed, context)}`).not.toContain('file=')
  })
})

describe('what makes a run fail without being a failure', () => {
  it('is told in every report: a case whose outcome is unknown', async () => {
    for (const name of ['github', 'markdown', 'checkstyle'] as const) {
      expect(await render(name, checkResult, context), name).toContain('could not tell')
    }
    const text = await render('github', checkResult, context)
    expect(text).toContain('could not tell%0Athe broker says nothing')
    expect(text).not.toMatch(/(expected|actual): (%0A|$)/m)
  })
})

describe('github', () => {
  it('marks the guilty line, escaped', async () => {
    const text = await render('github', lintResult([finding]), context)
    expect(text).toMatch(/^::error file=conf\/my haproxy\.cfg,line=11,col=24,endLine=11,endColumn=38,title=MP401::/)
    expect(text).toContain('%0Afix: listener 1884')
  })

  it('stops at ten and says how many more there are', async () => {
    const text = await render('github', lintResult(Array.from({ length: 17 }, () => finding)), context)
    expect(text.match(/^::error /gm)).toHaveLength(10)
    expect(text).toContain('and 7 more')
  })
})

describe('sarif', () => {
  it("is valid by the schema of SARIF 2.1.0, with the pair's other file as related location", async () => {
    const {
      $schema: _draft4,
      id: _id,
      ...schema
    } = JSON.parse(await readFile('node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', 'utf8'))
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
    formats.default(ajv)
    const validate = ajv.compile(schema)
    for (const findings of [[], [finding]]) {
      const document = JSON.parse(await render('sarif', lintResult(findings), context))
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true)
    }
    expect(validate({ version: '2.1.0' })).toBe(false)
    const { results, tool } = JSON.parse(await render('sarif', lintResult([finding]), context)).runs[0]
    expect(results[0].relatedLocations[0].physicalLocation.artifactLocation.uri).toBe('mosquitto.conf')
    expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('conf/my%20haproxy.cfg')
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe('MP401')
  })

  it('keeps the fingerprint when lines move', async () => {
    const moved = { ...finding, at: { ...finding.at, line: 40 } }
    const print = async (one: typeof finding) =>
      JSON.parse(await render('sarif', lintResult([one]), context)).runs[0].results[0].partialFingerprints
    expect(await print(moved)).toEqual(await print(finding))
  })

  it('has relative places for relative paths, and absolute ones else', async () => {
    const far = { ...finding, at: { ...finding.at, file: '/etc/my haproxy.cfg' } }
    const text = await render('sarif', lintResult([finding, far]), context)
    expect(text).toContain('"uri": "conf/my%20haproxy.cfg"')
    expect(text).toContain('"uri": "file:///etc/my%20haproxy.cfg"')
    expect(text).toContain('uses port 1884. Fix: listener 1884"')
  })

  it('has a level for every severity; what is good is no failure (3.27.9, 3.27.10)', async () => {
    const { results } = JSON.parse(await render('sarif', everySeverity, context)).runs[0]
    const kinds = results.map((one: Record<string, unknown>) => [one.ruleId, one.kind, one.level])
    expect(kinds).toEqual([
      ['MP-P001', undefined, 'note'],
      ['MP-P101', 'pass', 'none'],
      ['MP-P201', undefined, 'note'],
      ['MP-P301', undefined, 'warning'],
      ['MP-P401', undefined, 'warning'],
      ['MP-P501', undefined, 'error'],
      ['MP-P601', undefined, 'error'],
    ])
  })

  it('is refused for check', async () => {
    await expect(render('sarif', checkResult, context)).rejects.toThrow(/lint and probe/)
  })
})

describe('markdown and checkstyle', () => {
  it('markdown shows the matrix and the failure', async () => {
    const text = await render('markdown', checkResult, context)
    expect(text).toContain('| ✖ | proxy-mtls |')
    expect(text).toContain('### ✖ proxy-mtls/no-certificate')
  })

  it('markdown leaves out the column of programs where there is one set of them', async () => {
    const groups = checkResult.groups.map((group) => ({ ...group, dims: {} }))
    expect(await render('markdown', { ...checkResult, groups }, context)).toContain('|  | what | passed | time |')
  })

  it('checkstyle tells a finding of lint once', async () => {
    const [one] = checkResult.groups
    const groups = [{ id: 'lab', title: 'lab', durationMs: 0, cases: [], ...one }].map((group) => ({
      ...group,
      cases: [{ id: 'conf/my haproxy.cfg', title: 'no finding', status: 'failed' as const }],
    }))
    const text = await render('checkstyle', { ...lintResult([finding]), groups }, context)
    expect(text.match(/<error /g)).toHaveLength(1)
  })

  it('checkstyle groups by file', async () => {
    const root = readXml(await render('checkstyle', lintResult([finding, finding]), context), 'checkstyle')
    expect(root.children).toHaveLength(1)
    expect(root.children[0]?.children.map((child) => child.attributes.line)).toEqual(['11', '11'])
  })
})

function thrown(run: () => unknown): Fault {
  try {
    run()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
