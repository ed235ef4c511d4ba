import { type Browser, chromium, type Page } from 'playwright-core'
import { findProgram } from '../../src/host/process/programs.js'

/** Debian's Chromium (`tools install chromium`), offline and alone: nothing of it leaves this machine. */
export async function openBrowser(): Promise<Browser> {
  const { program } = await findProgram('chromium')
  return chromium.launch({
    executablePath: program,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface Watched {
  readonly page: Page
  /** Errors of the console and of scripts. */
  readonly errors: string[]
  /** Everything that was asked for but the page itself. */
  readonly requests: string[]
}

export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<Watched> {
  const page = await browser.newPage(options)
  const errors: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url())
  })
  await page.goto(url)
  return { page, errors, requests }
}
