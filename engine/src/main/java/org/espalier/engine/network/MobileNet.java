package org.espalier.engine.network;

/** Depthwise separable convolutions. */
final class MobileNet {
  private static final int[] CHANNELS = {
    64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024
  };

  private MobileNet() {}

  /**
   * The paper's channels and block strides; only the first convolution has stride 1 instead of 2,
   * so that a 32×32 image, which is to the paper's 224×224 as 1 to 7, ends at 2×2 instead of 1×1.
   */
  static Network v1(ModelName name, Shape input, int classes) {
    var net = NetworkBuilder.of(name.plain().text(), PlainModels.image(input));
    net.conv("conv1", 32, 3, 1).batchNorm("bn1").relu("relu1");
    for (var block = 1; block <= CHANNELS.length; block++) {
      var in = net.shape().channels();
      var channels = CHANNELS[block - 1];
      var stride = channels > in && block > 1 ? 2 : 1;
      var depthwise = "block" + block + ".depthwise";
      var pointwise = "block" + block + ".pointwise";
      net.node(depthwise, new Layer.Conv2d(in, 3, stride, 1, in, false));
      net.batchNorm(depthwise + ".bn").relu(depthwise + ".relu");
      net.conv(pointwise, channels, 1, 1).batchNorm(pointwise + ".bn").relu(pointwise + ".relu");
    }
    return net.globalAvgPool("pool").linear("fc", classes).build();
  }
}
