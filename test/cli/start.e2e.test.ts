import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const top = join(import.meta.dirname, '../..')
const rare = readdirSync(join(top, 'dist/program/rare'))

function start(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { DEBUG: _, ...rest } = process.env
  const all = { ...rest, ...env }
  return spawnSync(process.execPath, [join(top, 'bin/run.js'), ...args], { encoding: 'utf8', env: all })
}

/** The packages in files of their own that this start required. */
function loadedBy(args: readonly string[], env: Readonly<Record<string, string>> = {}): readonly string[] {
  const { status, stderr } = start(args, { ...env, NODE_DEBUG: 'module' })
  expect(status).toBe(0)
  return rare.filter((name) => stderr.includes(`rare/${name}`))
}

describe('a start of a light command', () => {
  it.each([
    [['explain', 'SD']],
    [['scenarios', '--json']],
    [['header', 'encode', '--src', '203.0.113.7:56324', '-f', 'hex']],
  ])('%j loads none of the packages that few starts need', (args) => {
    expect(rare).toContain('tinyglobby.cjs')
    expect(loadedBy(args)).toEqual([])
  })

  it('encodes a header to stdout without the crypto library of Node.js', () => {
    const script = encodeURIComponent('process.on("exit",()=>console.error(process.moduleLoadList.join()))')
    const probe = `data:text/javascript,${script}`
    const args = ['header', 'encode', '--src', '203.0.113.7:56324', '-f', 'hex']
    const { status, stderr } = start(args, { NODE_OPTIONS: `--import ${probe}` })
    expect(status).toBe(0)
    expect(stderr).toContain('NativeModule os')
    expect(stderr).not.toContain('NativeModule internal/crypto/cipher')
  })

  it('loads the logger where it is asked for, and the template engine for the examples of a help', () => {
    expect(loadedBy(['explain', 'SD'], { DEBUG: 'oclif*' })).toContain('debug.cjs')
    expect(loadedBy(['--help'])).not.toContain('ejs.cjs')
    expect(loadedBy(['explain', '--help'])).toContain('ejs.cjs')
    expect(start(['explain', '--help'], {}).stdout).toContain('$ mqtt-proxy explain')
  })
})

describe('the list that commands are started from', () => {
  interface Listed {
    readonly commands: Readonly<Record<string, { readonly args: object; readonly relativePath: readonly string[] }>>
  }
  const listed = (file: string): Listed => JSON.parse(readFileSync(join(top, file), 'utf8'))
  const places = ({ commands }: Listed) =>
    Object.entries(commands).map(([id, { args, relativePath }]) => [id, Object.keys(args), relativePath])

  it('has every command of the manifest, and says where its words end', () => {
    const starts = places(listed('dist/program/starts.json'))
    expect(starts.length).toBeGreaterThan(20)
    expect(starts).toEqual(places(listed('oclif.manifest.json')))
  })

  it.each([[['explain']], [['gen', 'haproxy']], [['send']]])('is not all that the help of %j reads', (words) => {
    const { stdout, status } = start([...words, '--help'], {})
    expect(status).toBe(0)
    expect(stdout).toMatch(/^FLAGS|^GLOBAL FLAGS/m)
  })
})
