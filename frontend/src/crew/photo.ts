const LONGEST = 2048; // px of the longer side
const QUALITY = 0.85;

/** NotAPhoto is thrown for a file the browser cannot show. */
export class NotAPhoto extends Error {}

/** fitted is a size scaled down to a longest side, never up. */
export function fitted(width: number, height: number, longest = LONGEST): [width: number, height: number] {
  const by = Math.min(1, longest / Math.max(width, height));
  return [Math.max(1, Math.round(width * by)), Math.max(1, Math.round(height * by))];
}

/** shrink draws a photo anew as JPEG of at most 2048 px, upright; what the camera wrote beside the picture (EXIF: place, device) is gone. */
export async function shrink(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => {
    throw new NotAPhoto();
  });
  const [width, height] = fitted(picture.width, picture.height);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const g = canvas.getContext('2d');
  if (!g) throw new NotAPhoto();
  g.drawImage(picture, 0, 0, width, height);
  picture.close();
  const jpeg = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
  if (!jpeg) throw new NotAPhoto();
  return jpeg;
}
