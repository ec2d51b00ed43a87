import type { GrayImage } from './gray-image.ts';

/**
 * Turns an image counter-clockwise about its middle, on white, so that what was turned clockwise by `angle` stands
 * upright. It grows as far as its corners reach.
 * @param angle radians
 */
export function straighten(image: GrayImage, angle: number): GrayImage {
  if (angle === 0) return image;
  const { data, width, height } = image;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const size = (along: number, across: number): number =>
    Math.round(along * Math.abs(cos) + across * Math.abs(sin));
  const straight = { width: size(width, height), height: size(height, width) };
  const turned = new Uint8Array(straight.width * straight.height).fill(white);
  for (let row = 0, at = 0; row < straight.height; row += 1) {
    const y = row + 0.5 - straight.height / 2;
    for (let column = 0; column < straight.width; column += 1, at += 1) {
      const x = column + 0.5 - straight.width / 2;
      const fromX = width / 2 - 0.5 + x * cos - y * sin;
      const fromY = height / 2 - 0.5 + x * sin + y * cos;
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) continue;
      // Of the four pixels around, as much as each is near.
      const [right, below] = [fromX - left, fromY - top];
      const corner = top * width + left;
      const upper = data[corner]! * (1 - right) + data[corner + 1]! * right;
      const lower = data[corner + width]! * (1 - right) + data[corner + width + 1]! * right;
      turned[at] = upper * (1 - below) + lower * below + 0.5;
    }
  }
  return { ...straight, data: turned };
}

const white = 255;
