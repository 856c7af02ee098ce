import { type Html, html } from '../pages/html.js'
import { icon } from '../pages/icons.js'

/** Adds progress to the form. Without it, the form works all the same. */
export const UPLOAD_SCRIPT = '/assets/upload.js'

/** Where a file is brought. */
export function uploadForm(): Html {
  return html`<form class="upload" action="/library/" method="post" enctype="multipart/form-data" data-upload>
      <div class="field">
        <label for="file">File to add</label>
        <p class="hint" id="file-hint">At most 50 MiB. Only you can read it, until you say otherwise.</p>
        <input id="file" name="file" type="file" required aria-describedby="file-hint">
      </div>
      <button class="primary">${icon('upload')} Upload</button>
      <div class="progress" hidden>
        <progress max="100" value="0" aria-label="Upload progress"></progress>
        <p role="status" aria-live="polite"></p>
        <button type="button" data-cancel>Cancel upload</button>
      </div>
    </form>`
}
