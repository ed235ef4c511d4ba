// docs/images/report.png: the HTML report of a check that fails, as Debian's Chromium shows it. Needs a build and
// `mqtt-proxy tools install haproxy chromium`.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { argumentsOf } from './arguments.mjs'

argumentsOf('node scripts/screenshot.mjs')

const top = join(import.meta.dirname, '..')
const cli = join(top, 'bin/run.js')
const folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-screenshot-'))
const mqttProxy = (...args) => spawnSync(process.execPath, [cli, ...args], { cwd: folder, stdio: 'ignore' })
try {
  mqttProxy('gen', 'all', 'proxy-mtls-cn', '-o', 'lab')
  const file = join(folder, 'lab/haproxy.cfg')
  writeFileSync(file, readFileSync(file, 'utf8').replace('send-proxy-v2-ssl-cn', 'send-proxy-v2-ssl'))
  mqttProxy('check', '--dir', 'lab', '--reporter', 'html=report.html')
  const executablePath = execFileSync(process.execPath, [cli, 'tools', 'path', 'chromium'], { encoding: 'utf8' }).trim()
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']
  args.push('--disable-background-networking', '--disable-component-update', '--disable-sync')
  const browser = await chromium.launch({ executablePath, args })
  try {
    const page = await browser.newPage({ viewport: { width: 1040, height: 1840 } })
    await page.goto(pathToFileURL(join(folder, 'report.html')).href)
    // The first failure as one finds it, from what was required to the header on the wire.
    await page.evaluate("for (const one of [...document.querySelectorAll('.case[open]')].slice(1)) one.open = false")
    await page
      .locator('.case[open]')
      .first()
      .screenshot({ path: join(top, 'docs/images/report.png') })
  } finally {
    await browser.close()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
