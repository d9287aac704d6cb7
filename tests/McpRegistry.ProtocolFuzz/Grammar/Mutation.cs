namespace McpRegistry.ProtocolFuzz.Grammar;

/// <summary>Makes a message wrong, first in its structure and then in its bytes.</summary>
internal static class Mutation
{
    /// <summary>Changes the structure in some places.</summary>
    public static void OfTree(Tree root, Dice dice)
    {
        for (var times = dice.Weigh((60, 1), (25, 2), (15, 4)); times > 0; times--)
        {
            Change(root, dice);
        }
    }

    /// <summary>Changes single bytes, or cuts, repeats and moves runs of them.</summary>
    public static byte[] OfBytes(byte[] good, Dice dice)
    {
        var bytes = new List<byte>(good);
        for (var times = dice.Weigh((60, 1), (25, 3), (15, 10)); times > 0 && bytes.Count > 0; times--)
        {
            var at = dice.Below(bytes.Count);
            var length = Math.Min(dice.Between(1, 40), bytes.Count - at);
            switch (dice.Below(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << dice.Below(8));
                    break;
                case 1:
                    bytes.Insert(at, (byte)dice.Below(256));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(dice.Below(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    bytes.InsertRange(at, dice.Pick<byte[]>([0xEF, 0xBB, 0xBF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF, 0xFE], [0], "\\ud800"u8.ToArray(), "\r\n\r\n"u8.ToArray()));
                    break;
                default:
                    bytes[at] = dice.Pick("{}[]\",:\\0-n "u8.ToArray());
                    break;
            }
        }

        return [.. bytes];
    }

    private static void Change(Tree root, Dice dice)
    {
        Tree[] all = [.. root.All()];
        var node = dice.Pick(all);
        var parent = Array.Find(all, other => other.Items.Contains(node));
        switch (dice.Below(9))
        {
            case 0 or 1:
                node.Become(Tree.Leaf(OddJson.Value(dice)));
                break;
            case 2:
                parent?.Items.Remove(node);
                break;
            case 3:
                parent?.Items.Insert(dice.Below(parent.Items.Count + 1), node.Copy());
                break;
            case 4 when node.Name is not null:
                node.Name = OddJson.Name(dice);
                break;
            case 5 when node.Text is null:
                node.Items.Add(Tree.Leaf(OddJson.Value(dice), OddJson.Name(dice)));
                break;
            case 6:
                Swap(node, dice.Pick(all));
                break;
            case 7 when node.Text is null:
                node.Opening = node.Opening == '{' ? '[' : '{';
                break;
            default:
                Wrap(node, dice.Weigh((80, 1), (15, 60), (5, 600)));
                break;
        }
    }

    private static void Swap(Tree first, Tree second)
    {
        // One within the other would never end.
        if (!first.All().Contains(second) && !second.All().Contains(first))
        {
            var kept = first.Copy();
            first.Become(second.Copy());
            second.Become(kept);
        }
    }

    private static void Wrap(Tree node, int depth) =>
        node.Become(Tree.Leaf(new string('[', depth) + node.Write() + new string(']', depth)));
}
