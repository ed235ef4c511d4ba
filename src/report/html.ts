import type { RunResult } from '../result.js'
import { renderMarkdown } from './markdown.js'
import type { RenderContext } from './reporters.js'
import { escapeXml } from './xml.js'

/** One self-contained page. */
export function renderHtml(result: RunResult, context: RenderContext): string {
  const title = `mqtt-proxy ${result.command}`
  return `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${title}</title><pre>${escapeXml(renderMarkdown(result))}</pre><footer>mqtt-proxy ${context.version}</footer></html>\n`
}
