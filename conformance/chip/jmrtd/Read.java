// Reads the passport on a PC/SC reader with JMRTD, a reader that others wrote, and says what it found: one word and value a
// line. Nothing of the project is used.
//
// Usage: java -cp 'deps/*' Read.java READER NUMBER BIRTH EXPIRY [MAPPING]   (MAPPING: GM, IM or CAM; without it, BAC)

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import javax.smartcardio.CardTerminal;
import javax.smartcardio.TerminalFactory;
import net.sf.scuba.smartcards.TerminalCardService;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jmrtd.BACKey;
import org.jmrtd.PACEKeySpec;
import org.jmrtd.PassportService;
import org.jmrtd.lds.CardAccessFile;
import org.jmrtd.lds.ChipAuthenticationInfo;
import org.jmrtd.lds.ChipAuthenticationPublicKeyInfo;
import org.jmrtd.lds.PACEInfo;
import org.jmrtd.lds.SODFile;
import org.jmrtd.lds.SecurityInfo;
import org.jmrtd.lds.icao.DG14File;
import org.jmrtd.lds.icao.DG15File;
import org.jmrtd.lds.icao.DG1File;
import org.jmrtd.protocol.PACECAMResult;
import org.jmrtd.protocol.PACEResult;

public class Read {
    static final Map<Integer, Short> GROUPS = new TreeMap<>(Map.of(
        1, PassportService.EF_DG1, 2, PassportService.EF_DG2,
        14, PassportService.EF_DG14, 15, PassportService.EF_DG15));

    public static void main(String[] words) throws Exception {
        // Before the JDK's own: JMRTD names its keys as only this one understands.
        Security.insertProviderAt(new BouncyCastleProvider(), 1);
        BACKey key = new BACKey(words[1], words[2], words[3]);
        String mapping = words.length > 4 ? words[4] : null;
        CardTerminal terminal = TerminalFactory.getDefault().terminals().list().stream()
            .filter(one -> one.getName().contains(words[0])).findFirst().orElseThrow();
        PassportService chip = new PassportService(new TerminalCardService(terminal),
            PassportService.NORMAL_MAX_TRANCEIVE_LENGTH, PassportService.DEFAULT_MAX_BLOCKSIZE, false, true);
        chip.open();
        if (mapping == null) {
            chip.sendSelectApplet(false);
            chip.doBAC(key);
            say("opened", "BAC");
        } else {
            say("opened", open(chip, key, mapping));
            chip.sendSelectApplet(true);
        }

        SODFile object = new SODFile(new ByteArrayInputStream(read(chip, PassportService.EF_SOD)));
        Map<Integer, byte[]> hashes = object.getDataGroupHashes();
        MessageDigest digest = MessageDigest.getInstance(object.getDigestAlgorithm());
        Map<Integer, byte[]> groups = new TreeMap<>();
        for (int group : hashes.keySet()) {
            byte[] file = read(chip, GROUPS.get(group));
            groups.put(group, file);
            say("DG" + group, file.length + " " + MessageDigest.isEqual(digest.digest(file), hashes.get(group)));
        }
        Signature signature = Signature.getInstance(object.getDigestEncryptionAlgorithm(), "BC");
        signature.initVerify(object.getDocSigningCertificate());
        signature.update(object.getEContent());
        say("signature", signature.verify(object.getEncryptedDigest()));
        DG1File zone = new DG1File(new ByteArrayInputStream(groups.get(1)));
        say("number", zone.getMRZInfo().getDocumentNumber());
        if (groups.containsKey(15)) {
            PublicKey its = new DG15File(new ByteArrayInputStream(groups.get(15))).getPublicKey();
            byte[] challenge = {1, 2, 3, 4, 5, 6, 7, 8};
            byte[] answer = chip.doAA(its, "SHA-256", "SHA256withPLAIN-ECDSA", challenge).getResponse();
            say("active", its instanceof ECPublicKey && plain(its, challenge, answer));
        } else {
            prove(chip, groups.get(14));
        }
        chip.close();
        // Whoever comes next finds a chip that remembers nothing.
        terminal.connect("*").disconnect(true);
    }

    /** PACE with the first offer of this mapping. */
    static String open(PassportService chip, BACKey key, String mapping) throws Exception {
        PACEKeySpec password = PACEKeySpec.createMRZKey(key);
        for (SecurityInfo info : new CardAccessFile(chip.getInputStream(PassportService.EF_CARD_ACCESS, PassportService.DEFAULT_MAX_BLOCKSIZE)).getSecurityInfos()) {
            if (!(info instanceof PACEInfo offer) || !PACEInfo.toMappingType(offer.getObjectIdentifier()).name().equals(mapping)) {
                continue;
            }
            BigInteger number = offer.getParameterId();
            PACEResult result =
                chip.doPACE(password, offer.getObjectIdentifier(), PACEInfo.toParameterSpec(number), number);
            if (result instanceof PACECAMResult proof) {
                say("chip authentication data", proof.getChipAuthenticationData().length);
            }
            return "PACE " + mapping;
        }
        throw new IllegalStateException("no such offer");
    }

    /** Chip authentication, then a file under the new keys: only the chip with the key can answer. */
    static void prove(PassportService chip, byte[] before) throws Exception {
        ChipAuthenticationPublicKeyInfo key = null;
        ChipAuthenticationInfo way = null;
        for (SecurityInfo info : new DG14File(new ByteArrayInputStream(before)).getSecurityInfos()) {
            if (info instanceof ChipAuthenticationPublicKeyInfo found) key = found;
            if (info instanceof ChipAuthenticationInfo found) way = found;
        }
        chip.doEACCA(key.getKeyId(), way.getObjectIdentifier(), key.getObjectIdentifier(), key.getSubjectPublicKey());
        say("chip", Arrays.equals(read(chip, PassportService.EF_DG14), before));
    }

    static boolean plain(PublicKey key, byte[] challenge, byte[] answer) throws Exception {
        Signature signature = Signature.getInstance("SHA256withPLAIN-ECDSA", "BC");
        signature.initVerify(key);
        signature.update(challenge);
        return signature.verify(answer);
    }

    static byte[] read(PassportService chip, short file) throws Exception {
        try (InputStream bytes = chip.getInputStream(file, PassportService.DEFAULT_MAX_BLOCKSIZE)) {
            return bytes.readAllBytes();
        }
    }

    static void say(String word, Object value) {
        System.out.println(word + ": " + value);
    }
}
