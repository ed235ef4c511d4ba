import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const top = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...(await readdir(join(top, 'docs'), { recursive: true }))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

describe('pages', () => {
  it('are what the program says: commands, scenarios, licences', async () => {
    await expect(run(process.execPath, [join(top, 'scripts/gen-docs.mjs'), '--check'])).resolves.toMatchObject({
      stderr: '',
    })
  }, 120_000)

  it('have schemas beside them that are what the types of the commands say', async () => {
    await expect(run(process.execPath, [join(top, 'scripts/gen-schemas.mjs'), '--check'])).resolves.toMatchObject({
      stderr: '',
    })
  }, 120_000)

  it.each(pages)('%s: every link of ours leads somewhere', async (page) => {
    const text = (await readFile(join(top, page), 'utf8')).replace(/```[\s\S]*?```/g, '')
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    const broken: string[] = []
    for (const link of links.filter((one) => !/^[a-z]+:/.test(one))) {
      const [path = '', anchor] = link.split('#')
      const file = path === '' ? join(top, page) : join(top, dirname(page), path)
      if (!existsSync(file)) broken.push(link)
      else if (anchor !== undefined && !anchors(await readFile(file, 'utf8')).includes(anchor)) broken.push(link)
    }
    expect(broken).toEqual([])
  })

  it.each(pages.filter((page) => page.startsWith('docs/commands/')))('%s: names every value', async (page) => {
    const text = await readFile(join(top, page), 'utf8')
    expect(text.match(/.*(?:<value>|\| ?\]|\[-\w+ \]|\.{4}).*/g) ?? []).toEqual([])
  })

  it.each(pages.filter((page) => /^docs\/scenarios\/[a-z]/.test(page)))(
    '%s: draws every program that it configures',
    async (page) => {
      const text = await readFile(join(top, page), 'utf8')
      const count = (pattern: RegExp) => [...text.matchAll(pattern)].length
      expect(count(/^`haproxy[^`]*\.cfg`$/gm)).toBe(count(/participant \w+ as .*HAProxy/g))
      expect(count(/^`mosquitto[^`]*\.conf`$/gm)).toBe(count(/participant \w+ as .*broker/g))
    },
  )

  it('are reached from the index', async () => {
    const index = await readFile(join(top, 'docs/README.md'), 'utf8')
    const missing = pages.filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== 'docs/README.md')
    expect(missing.filter((page) => !index.includes(`(${page.slice('docs/'.length)})`))).toEqual([])
  })
})

describe('help', async () => {
  const { commands } = JSON.parse(await readFile(join(top, 'oclif.manifest.json'), 'utf8'))

  it.each(Object.keys(commands))(
    'of %s names the exit codes, and leaves the breaking of lines to the terminal',
    (id) => {
      const [codes, ...rest] = String(commands[id].description).split('\n\n').reverse()
      expect(codes).toMatch(/^Exit codes: 0 /)
      expect(rest.filter((text) => text.includes('\n') && !/^[A-Z ]+\n {2}/.test(text))).toEqual([])
    },
  )
})

/** Anchors of headings, as GitHub makes them. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
