import { describe, expect, it } from 'vitest'
import { readWorkspace, type SourceFile } from '../../src/lint/workspace.js'

function file(path: string, text: string, dialect: SourceFile['dialect'] = 'mosquitto'): SourceFile {
  return { path, text, dialect }
}

const listener = 'listener 1884 127.0.0.1\nallow_anonymous true\n'

describe('files of other folders', () => {
  it('are read by who reads folders, and their texts are kept', () => {
    const asked: string[] = []
    const text = `${listener}include_dir /conf.d\n`
    const { input, texts } = readWorkspace([file('m.conf', text)], {
      readInclude: (dir) => {
        asked.push(dir)
        return [{ file: '/conf.d/a.conf', text: 'listener 1885\n' }]
      },
    })
    expect(asked).toEqual(['/conf.d'])
    expect(input.brokers[0]?.listeners.map((one) => one.file)).toEqual(['m.conf', '/conf.d/a.conf'])
    expect([...texts]).toEqual([
      ['m.conf', text],
      ['/conf.d/a.conf', 'listener 1885\n'],
    ])
    expect(input.notRead).toEqual([])
  })

  it('that are not here are named', () => {
    const { input, texts } = readWorkspace([file('m.conf', `${listener}include_dir /conf.d\n`)], {
      readInclude: () => undefined,
    })
    expect(input.notRead?.map((one) => one.what)).toEqual(['include'])
    expect(input.problems.map((one) => one.code)).toEqual(['include-unreadable'])
    expect(texts.size).toBe(1)
  })

  it('are left alone without a reader', () => {
    expect(readWorkspace([file('m.conf', `${listener}include_dir /conf.d\n`)]).input.problems).toEqual([])
  })
})

it('variables of the environment stand in HAProxy files, and what was not read is passed on', () => {
  const text = 'listen l\n bind :1883\n server s 127.0.0.1:${PORT}\n'
  const unread = { what: 'file' as const, name: 'x', why: 'y', span: spanOf('x', 1, 1) }
  const { input } = readWorkspace([file('h.cfg', text, 'haproxy')], {
    env: (name) => (name === 'PORT' ? '1884' : undefined),
    notRead: [unread],
  })
  expect(input.haproxies[0]?.proxies[0]?.servers[0]?.endpoint).toMatchObject({ port: 1884 })
  expect(input.notRead).toEqual([unread])
  expect(readWorkspace([file('h.cfg', text, 'haproxy')]).input.notRead?.map((one) => one.name)).toEqual(['PORT'])
})

it('problems depend on the release, where one is named', () => {
  const text = 'global\n nbproc 2\nlisten l\n bind :1883\n server s 127.0.0.1:1884\n'
  const codes = (release?: { version: string }) =>
    readWorkspace([file('h.cfg', text, 'haproxy')], release && { release }).input.problems.map((one) => one.code)
  expect(codes({ version: '3.2' })).toEqual(['refused-keyword'])
  expect(codes({ version: '2.4' })).not.toContain('refused-keyword')
  expect(codes()).not.toContain('refused-keyword')
})

describe('a broker file without a setting', () => {
  it.each([
    ['', true],
    ['\n\n', true],
    ['# listener 1884\n', true],
    ['  # a\n\t\n', true],
    ['listener 1884\n', false],
    ['# a\n  listener 1884\n', false],
    ['\n\tlistener 1884', false],
    ['x', false],
  ])('%j: %s', (text, empty) => {
    const { problems } = readWorkspace([file('m.conf', text)]).input
    const found = problems.filter((one) => one.code === 'no-settings')
    expect(found.map((one) => one.span)).toEqual(empty ? [spanOf('m.conf', 1, 1, 1)] : [])
  })
})

describe('bytes that are no UTF-8', () => {
  it.each([
    ['in the first line', '\xe9\n', 1, 1],
    ['in a later one', 'a\nbc\xff d\xe9\n', 2, 3],
    ['at the edges of what a byte can be', 'a\x7fb\x80\n', 1, 4],
  ])('%s', (_, text, line, column) => {
    const { problems } = readWorkspace([{ ...file('m.conf', text), notUtf8: true }]).input
    const found = problems.filter((one) => one.code === 'not-utf8')
    expect(found.map((one) => one.span)).toEqual([spanOf('m.conf', line, column)])
    expect(found[0]?.message).toContain('Mosquitto refuses such a value')
  })

  it('are kept in files of other programs, and not looked for in files that are sound', () => {
    const read = (source: SourceFile) => readWorkspace([source]).input.problems.filter((one) => one.code === 'not-utf8')
    const haproxy = file('h.cfg', 'listen caf\xe9\n', 'haproxy')
    expect(read({ ...haproxy, notUtf8: true })[0]?.message).toContain('they are kept')
    expect(read(haproxy)).toEqual([])
  })
})

function spanOf(name: string, line: number, column: number, endColumn = column + 1) {
  return { file: name, line, column, endLine: line, endColumn }
}
