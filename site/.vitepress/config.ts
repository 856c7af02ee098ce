import { defineConfig, type MarkdownEnv, type MarkdownRenderer } from 'vitepress'
import { sidebar } from '../sidebar.js'
import { slugOf } from '../slug.js'

export default defineConfig({
  title: 'downloadview',
  description: 'Serve any file through your own permission checks, and let the proxy in front do the streaming.',
  lang: 'en',
  srcDir: 'build/pages',
  outDir: 'build/html',
  cacheDir: 'build/cache',
  // Nothing is asked of another host, by the build or by those who read the site.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: { anchor: { slugify: slugOf }, languageAlias: { caddy: 'nginx', lighttpd: 'perl' } },
  // The search knows every page, and is loaded by those who search.
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  themeConfig: {
    siteTitle: 'downloadview',
    nav: [
      { text: 'Guide', link: '/overview', activeMatch: '^/(overview|install|configure|views|hand-over|recipes)' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
    ],
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: { provider: 'local', options: { _render: withoutComments } },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})

/** What a page says where its code is from is of no use to those who search. */
function withoutComments(source: string, env: MarkdownEnv, markdown: MarkdownRenderer): string {
  return markdown.render(source.replace(/<!--.*?-->/gs, ''), env)
}
