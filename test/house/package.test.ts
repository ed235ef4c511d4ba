import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { describe, expect, it } from 'vitest'

const top = join(import.meta.dirname, '../..')
const run = promisify(execFile)

describe('the package', async () => {
  const manifest = JSON.parse(await readFile(join(top, 'package.json'), 'utf8'))

  it('holds what a user needs and nothing else', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: top,
      maxBuffer: 1 << 26,
    })
    const paths: string[] = JSON.parse(stdout)[0].files.map((file: { path: string }) => file.path)
    for (const needed of [
      'package.json',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'bin/run.js',
      'oclif.manifest.json',
      'dist/program/main.cjs',
      'dist/index.d.ts',
      'dist/testing.d.ts',
      'docs/README.md',
      'schemas/gen/all.json',
    ]) {
      expect(paths).toContain(needed)
    }
    const strangers = paths.filter(
      (path) =>
        !/^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|oclif\.manifest\.json|(?:bin|dist|docs|haproxy-configs|schemas)\/)/.test(
          path,
        ),
    )
    expect(strangers).toEqual([])
    expect(paths.filter((path) => /\.(?:key|pem)$|\.tsbuildinfo$|(?:^|\/)\.(?!source)/.test(path))).toEqual([])
  })

  it('is sound for those who import it', async () => {
    const { messages } = await publint({ pkgDir: top, strict: true, pack: false })
    expect(messages.map((message) => formatMessage(message, manifest, { color: false }))).toEqual([])
  })

  it('resolves by its own name, with types', async () => {
    for (const [name, path] of Object.entries<{ types: string; default: string }>(manifest.exports)) {
      if (typeof path === 'string') continue
      // Node itself resolves it here, as it does for those who use it, not the runner of the tests.
      const code = `console.log(Object.keys(await import('${name.replace(/^\./, 'mqtt-proxy')}')).length)`
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: top })
      expect(Number(stdout)).toBeGreaterThan(0)
      await expect(readFile(join(top, path.types), 'utf8')).resolves.toContain('export')
    }
  })

  it('has no unused file, dependency, export or type', async () => {
    const { stdout } = await run(join(top, 'node_modules/.bin/knip'), ['--no-progress', '--reporter', 'json'], {
      cwd: top,
      maxBuffer: 1 << 26,
    }).catch((error: { stdout: string }) => error)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ issues: [] })
  }, 120_000)
})
