import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Prints one line for each flavour and file: flavour, "ok" or "failed", number of checks, clauses that failed. */
public class Validate {
    public static void main(String[] words) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String flavour : words[0].split(",")) {
            PDFAFlavour wanted = PDFAFlavour.fromString(flavour);
            for (int i = 1; i < words.length; i++) {
                try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(words[i]), wanted);
                        PDFAValidator validator = Foundries.defaultInstance().createValidator(wanted, false)) {
                    ValidationResult result = validator.validate(parser);
                    StringBuilder clauses = new StringBuilder();
                    for (TestAssertion one : result.getTestAssertions()) {
                        clauses.append(' ').append(one.getRuleId().getClause()).append('-').append(one.getRuleId().getTestNumber());
                    }
                    System.out.println(flavour + " " + (result.isCompliant() ? "ok" : "failed") + " " + result.getTotalAssertions() + clauses);
                }
            }
        }
        System.exit(0);
    }
}
