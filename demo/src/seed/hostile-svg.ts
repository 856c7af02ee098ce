/** A drawing with a script in it, as somebody might upload it. */
export const HOSTILE_SVG = `\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200" width="600" height="200">
  <rect width="600" height="200" rx="16" fill="#e6f2ed"/>
  <circle cx="92" cy="100" r="44" fill="#2a7358"/>
  <path d="M71 101l15 15 28-31" fill="none" stroke="#fff" stroke-width="9" stroke-linecap="round" stroke-linejoin="round"/>
  <g font-family="system-ui, sans-serif" fill="#17382a">
    <text id="verdict" x="168" y="94" font-size="26" font-weight="600">No script ran.</text>
    <text x="168" y="126" font-size="16">This drawing holds one. The sandbox stopped it.</text>
  </g>
  <script>document.getElementById('verdict').textContent = 'A script ran!'</script>
</svg>
`
