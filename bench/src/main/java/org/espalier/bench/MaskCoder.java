package org.espalier.bench;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.espalier.formats.coding.Bitmap;
import org.espalier.formats.coding.MaskCodec;
import org.espalier.formats.coding.MaskCodecs;
import org.roaringbitmap.RoaringBitmap;

/** Something that makes masks small: a codec of ours or what others would use. */
interface MaskCoder {
  String name();

  /** Whether it is ours. */
  boolean own();

  byte[] encode(Bitmap mask);

  Bitmap decode(byte[] bytes, int positions);

  /** All of them, ours first. */
  static List<MaskCoder> all() {
    var all = new ArrayList<MaskCoder>();
    MaskCodecs.ALL.forEach(codec -> all.add(new Own(codec)));
    all.add(new CompressedBitmap("zstd", bytes -> Zstd.compress(bytes, 3), MaskCoder::unzstd));
    all.add(new CompressedBitmap("zstd-19", bytes -> Zstd.compress(bytes, 19), MaskCoder::unzstd));
    all.add(new CompressedBitmap("gzip", MaskCoder::gzip, MaskCoder::gunzip));
    all.add(new Roaring());
    return all;
  }

  /** One of our codecs. */
  record Own(MaskCodec codec) implements MaskCoder {
    @Override
    public String name() {
      return codec.name();
    }

    @Override
    public boolean own() {
      return true;
    }

    @Override
    public byte[] encode(Bitmap mask) {
      return codec.encode(mask);
    }

    @Override
    public Bitmap decode(byte[] bytes, int positions) {
      try {
        return codec.decode(bytes, positions);
      } catch (DataFormatException e) {
        throw new IllegalStateException(name(), e);
      }
    }
  }

  /** A compressor of bytes. */
  interface Bytes {
    byte[] of(byte[] bytes, int length);
  }

  /** A compressor of bytes over the packed positions. */
  record CompressedBitmap(String name, UnaryOperator<byte[]> compress, Bytes decompress)
      implements MaskCoder {
    @Override
    public boolean own() {
      return false;
    }

    @Override
    public byte[] encode(Bitmap mask) {
      return compress.apply(packed(mask));
    }

    @Override
    public Bitmap decode(byte[] bytes, int positions) {
      var words = new long[Bitmap.words(positions)];
      var packed = decompress.of(bytes, Long.BYTES * words.length);
      ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words);
      return new Bitmap(positions, words);
    }
  }

  /** Roaring's portable format, with runs where these are shorter. */
  record Roaring() implements MaskCoder {
    @Override
    public String name() {
      return "roaring";
    }

    @Override
    public boolean own() {
      return false;
    }

    @Override
    public byte[] encode(Bitmap mask) {
      var roaring = RoaringBitmap.bitmapOf(mask.ones());
      roaring.runOptimize();
      var bytes = ByteBuffer.allocate(roaring.serializedSizeInBytes());
      roaring.serialize(bytes);
      return bytes.array();
    }

    @Override
    public Bitmap decode(byte[] bytes, int positions) {
      var roaring = new RoaringBitmap();
      try {
        roaring.deserialize(ByteBuffer.wrap(bytes));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      var words = new long[Bitmap.words(positions)];
      roaring.forEach((int one) -> words[one >>> 6] |= 1L << one);
      return new Bitmap(positions, words);
    }
  }

  private static byte[] packed(Bitmap mask) {
    var words = mask.words();
    var packed = ByteBuffer.allocate(Long.BYTES * words.length).order(ByteOrder.LITTLE_ENDIAN);
    packed.asLongBuffer().put(words);
    return packed.array();
  }

  private static byte[] unzstd(byte[] bytes, int length) {
    return Zstd.decompress(bytes, length);
  }

  private static byte[] gzip(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out, 1 << 16)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] gunzip(byte[] bytes, int length) {
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 16)) {
      return gzip.readNBytes(length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
