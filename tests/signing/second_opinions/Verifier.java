import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * What BouncyCastle says of our keys, signatures, certificates, revocation lists and seals, and what it makes for us to judge.
 *
 * Nothing of ours is in here: only the standards and BouncyCastle. Run as `java Verifier JOBS`, where JOBS is a file of lines
 * `name TAB command TAB argument ...`; each is answered by a line `name TAB ok|no TAB detail`. One start of Java does all of them.
 */
public final class Verifier {
    private static final String PROVIDER = BouncyCastleProvider.PROVIDER_NAME;
    private static final ASN1ObjectIdentifier SM3_WITH_SM2 = new ASN1ObjectIdentifier("1.2.156.10197.1.501");
    private static final ASN1ObjectIdentifier SHA256_WITH_ECDSA = new ASN1ObjectIdentifier("1.2.840.10045.4.3.2");

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line : Files.readAllLines(Path.of(arguments[0]), StandardCharsets.UTF_8)) {
            String[] job = line.split("\t");
            String answer;
            try {
                answer = "ok\t" + run(job[1], Arrays.copyOfRange(job, 2, job.length));
            } catch (Refused refused) {
                answer = "no\t" + refused.getMessage();
            } catch (Exception error) {
                answer = "no\t" + error.getClass().getSimpleName() + ": " + String.valueOf(error.getMessage()).replace('\n', ' ');
            }
            out.println(job[0] + "\t" + answer);
        }
    }

    private static String run(String command, String[] files) throws Exception {
        switch (command) {
            case "signature":
                return signature(files[0], read(files[1]), read(files[2]), read(files[3]));
            case "sign":
                return sign(files[0], read(files[1]), read(files[2]), files[3]);
            case "generate":
                return generate(files[0], files[1], files[2]);
            case "path":
                return path(files);
            case "seal":
                return seal(files[0], read(files[1]), read(files[2]));
            case "rebuild":
                return rebuild(files);
            case "open":
                return open(read(files[0]), read(files[1]), files[2]);
            case "wrap":
                return wrap(read(files[0]), read(files[1]), files[2]);
            case "body":
                return body(files[0], read(files[1]), read(files[2]), read(files[3]), files[4]);
            default:
                throw new IllegalArgumentException(command);
        }
    }

    // Keys and signatures.

    private static String algorithm(String suite) {
        return suite.equals("gm") ? "SM3withSM2" : "SHA256withECDSA";
    }

    private static boolean verifies(String suite, PublicKey key, byte[] message, byte[] value) throws Exception {
        Signature verifier = Signature.getInstance(algorithm(suite), PROVIDER);
        verifier.initVerify(key);
        verifier.update(message);
        return verifier.verify(value);
    }

    private static byte[] signed(String suite, PrivateKey key, byte[] message) throws Exception {
        Signature signer = Signature.getInstance(algorithm(suite), PROVIDER);
        signer.initSign(key);
        signer.update(message);
        return signer.sign();
    }

    /** Whether the key (SubjectPublicKeyInfo) made the signature over the message. */
    private static String signature(String suite, byte[] key, byte[] message, byte[] value) throws Exception {
        PublicKey known = KeyFactory.getInstance("EC", PROVIDER).generatePublic(new X509EncodedKeySpec(key));
        require(verifies(suite, known, message, value), "signature");
        return "";
    }

    /** A signature with a PKCS#8 key, written to a file. */
    private static String sign(String suite, byte[] key, byte[] message, String to) throws Exception {
        PrivateKey known = KeyFactory.getInstance("EC", PROVIDER).generatePrivate(new PKCS8EncodedKeySpec(key));
        Files.write(Path.of(to), signed(suite, known, message));
        return "";
    }

    /** A new key: its public half, and its signature over a message of its own. */
    private static String generate(String suite, String publicTo, String signatureTo) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", PROVIDER);
        generator.initialize(new ECGenParameterSpec(suite.equals("gm") ? "sm2p256v1" : "secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Files.write(Path.of(publicTo), pair.getPublic().getEncoded());
        Files.write(Path.of(signatureTo), signed(suite, pair.getPrivate(), "BouncyCastle".getBytes(StandardCharsets.US_ASCII)));
        return "";
    }

    // Certificates and revocation lists: the moment, the root, the certificate asked about, then issuers and lists.

    private static String path(String[] arguments) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509", PROVIDER);
        List<Object> known = new ArrayList<>();
        for (String file : Arrays.copyOfRange(arguments, 3, arguments.length)) {
            ByteArrayInputStream data = new ByteArrayInputStream(read(file));
            known.add(file.endsWith(".crl") ? (X509CRL) factory.generateCRL(data) : factory.generateCertificate(data));
        }
        X509Certificate root = certificate(factory, read(arguments[1]));
        X509Certificate wanted = certificate(factory, read(arguments[2]));
        known.add(wanted);
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(wanted);
        PKIXBuilderParameters asked = new PKIXBuilderParameters(Collections.singleton(new TrustAnchor(root, null)), target);
        asked.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known), PROVIDER));
        asked.setRevocationEnabled(true);
        asked.setDate(Date.from(Instant.parse(arguments[0])));
        try {
            return String.valueOf(CertPathBuilder.getInstance("PKIX", PROVIDER).build(asked).getCertPath().getCertificates().size());
        } catch (CertPathBuilderException error) {
            throw new Refused(reasons(error));
        }
    }

    private static X509Certificate certificate(CertificateFactory factory, byte[] data) throws Exception {
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(data));
    }

    private static String reasons(Throwable error) {
        StringBuilder found = new StringBuilder();
        for (Throwable each = error; each != null; each = each.getCause()) {
            found.append(String.valueOf(each.getMessage()).replace('\n', ' ')).append("; ");
        }
        return found.toString();
    }

    // The seal signature (SES_Signature) of GB/T 38540-2020 over a content.

    private static String seal(String suite, byte[] data, byte[] content) throws Exception {
        ASN1Sequence whole = (ASN1Sequence) ASN1Primitive.fromByteArray(data);
        require(Arrays.equals(whole.getEncoded(ASN1Encoding.DER), data), "not the one DER form");
        ASN1ObjectIdentifier wanted = suite.equals("gm") ? SM3_WITH_SM2 : SHA256_WITH_ECDSA;
        ASN1Sequence toSign = (ASN1Sequence) whole.getObjectAt(0);
        byte[] signer = octets(whole, 1);
        require(whole.getObjectAt(2).equals(wanted), "algorithm");
        require(number(toSign, 0) == 4, "version");
        require(verifies(suite, keyOf(signer), der(toSign), bits(whole, 3)), "signer's signature");
        String named = electronicSeal(suite, wanted, (ASN1Sequence) toSign.getObjectAt(1), signer);
        Instant at = ((ASN1GeneralizedTime) toSign.getObjectAt(2)).getDate().toInstant();
        byte[] digest = MessageDigest.getInstance(suite.equals("gm") ? "SM3" : "SHA-256", PROVIDER).digest(content);
        require(Arrays.equals(bits(toSign, 3), digest), "content");
        return named + "|" + at + "|" + ((ASN1IA5String) toSign.getObjectAt(4)).getString();
    }

    /** The seal itself: its maker's signature over SES_SealInfo, and the signer among its holders. */
    private static String electronicSeal(String suite, ASN1ObjectIdentifier wanted, ASN1Sequence seal, byte[] signer) throws Exception {
        ASN1Sequence info = (ASN1Sequence) seal.getObjectAt(0);
        ASN1Sequence header = (ASN1Sequence) info.getObjectAt(0);
        require(((ASN1IA5String) header.getObjectAt(0)).getString().equals("ES") && number(header, 1) == 4, "header");
        require(seal.getObjectAt(2).equals(wanted), "seal's algorithm");
        require(verifies(suite, keyOf(octets(seal, 1)), der(info), bits(seal, 3)), "maker's signature");
        ASN1Sequence properties = (ASN1Sequence) info.getObjectAt(2);
        require(number(properties, 2) == 1, "form of the list");
        boolean listed = false;
        ASN1Sequence holders = (ASN1Sequence) properties.getObjectAt(3);
        for (int place = 0; place < holders.size(); place++) {
            listed |= Arrays.equals(octets(holders, place), signer);
        }
        require(listed, "signer is not listed");
        return ((ASN1IA5String) info.getObjectAt(1)).getString();
    }

    /** The whole seal signature put together from what a compact one names: seal, certificate, OID, time, content, value. */
    private static String rebuild(String[] from) throws Exception {
        ASN1ObjectIdentifier algorithm = from[0].equals("gm") ? SM3_WITH_SM2 : SHA256_WITH_ECDSA;
        byte[] digest = MessageDigest.getInstance(from[0].equals("gm") ? "SM3" : "SHA-256", PROVIDER).digest(read(from[4]));
        DERSequence toSign = new DERSequence(new org.bouncycastle.asn1.ASN1Encodable[] {
            new ASN1Integer(4),
            ASN1Primitive.fromByteArray(read(from[1])),
            new DERGeneralizedTime(Date.from(Instant.parse(from[3]))),
            new DERBitString(digest),
            new DERIA5String(from[6]),
        });
        DERSequence whole = new DERSequence(new org.bouncycastle.asn1.ASN1Encodable[] {
            toSign, new DEROctetString(read(from[2])), algorithm, new DERBitString(read(from[5])),
        });
        Files.write(Path.of(from[7]), der(whole));
        return "";
    }

    // Wrapped keys (GB/T 35276: x, y, SM3 check, ciphertext) and sealed bodies (nonce, ciphertext, tag).

    private static String open(byte[] key, byte[] wrapped, String to) throws Exception {
        ASN1Sequence parts = (ASN1Sequence) ASN1Primitive.fromByteArray(wrapped);
        byte[] flat = joined(new byte[] {4}, word(parts, 0), word(parts, 1), octets(parts, 2), octets(parts, 3));
        SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
        engine.init(false, (ECPrivateKeyParameters) PrivateKeyFactory.createKey(key));
        Files.write(Path.of(to), engine.processBlock(flat, 0, flat.length));
        return "";
    }

    private static String wrap(byte[] key, byte[] plain, String to) throws Exception {
        SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
        engine.init(true, new ParametersWithRandom((ECPublicKeyParameters) PublicKeyFactory.createKey(key)));
        byte[] flat = engine.processBlock(plain, 0, plain.length);
        DERSequence parts = new DERSequence(new org.bouncycastle.asn1.ASN1Encodable[] {
            new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(flat, 1, 33))),
            new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(flat, 33, 65))),
            new DEROctetString(Arrays.copyOfRange(flat, 65, 97)),
            new DEROctetString(Arrays.copyOfRange(flat, 97, flat.length)),
        });
        Files.write(Path.of(to), der(parts));
        return "";
    }

    private static String body(String suite, byte[] key, byte[] associated, byte[] data, String to) throws Exception {
        String name = suite.equals("gm") ? "SM4" : "AES";
        Cipher cipher = Cipher.getInstance(name + "/GCM/NoPadding", PROVIDER);
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, name), new GCMParameterSpec(128, data, 0, 12));
        cipher.updateAAD(associated);
        Files.write(Path.of(to), cipher.doFinal(data, 12, data.length - 12));
        return "";
    }

    // Small things.

    private static PublicKey keyOf(byte[] certificate) throws Exception {
        return certificate(CertificateFactory.getInstance("X.509", PROVIDER), certificate).getPublicKey();
    }

    private static byte[] der(ASN1Primitive element) throws Exception {
        return element.getEncoded(ASN1Encoding.DER);
    }

    private static byte[] octets(ASN1Sequence from, int place) {
        return ((ASN1OctetString) from.getObjectAt(place)).getOctets();
    }

    private static byte[] bits(ASN1Sequence from, int place) {
        return ((ASN1BitString) from.getObjectAt(place)).getOctets();
    }

    private static int number(ASN1Sequence from, int place) {
        return ((ASN1Integer) from.getObjectAt(place)).intValueExact();
    }

    private static byte[] word(ASN1Sequence from, int place) {
        byte[] value = ((ASN1Integer) from.getObjectAt(place)).getPositiveValue().toByteArray();
        byte[] padded = new byte[32];
        int take = Math.min(32, value.length);
        System.arraycopy(value, value.length - take, padded, 32 - take, take);
        return padded;
    }

    private static byte[] joined(byte[]... parts) {
        java.io.ByteArrayOutputStream whole = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    private static byte[] read(String file) throws Exception {
        return Files.readAllBytes(Path.of(file));
    }

    private static void require(boolean holds, String what) throws Refused {
        if (!holds) {
            throw new Refused(what);
        }
    }

    private static final class Refused extends Exception {
        Refused(String why) {
            super(why);
        }
    }
}
