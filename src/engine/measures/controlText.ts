/**
 * The control text on which drift is measured: the project's own plain prose about everyday matters, without names,
 * places or facts that an edit could be about.
 */
export const controlText = `The morning began with rain on the windows, soft at first and then heavier, until the street below looked like a shallow river. Nobody in the house was in a hurry to get up. The kettle was filled, the bread was cut, and the smell of toast slowly found its way up the stairs. By the time the clouds had thinned, there were crumbs on every plate and a pot of tea had gone cold on the table.

A good breakfast does not need much. Two eggs, a little butter, some salt and a slice of bread are enough for one person. Heat the pan before the butter goes in, wait until it stops foaming, and then add the eggs. Stir them gently with a wooden spoon and take the pan off the heat while they still look a bit too wet, because they go on cooking for a while. If you have a few herbs left over from the day before, chop them finely and add them at the end.

After breakfast the children went out to see how high the water stood in the garden. The older one had put on boots; the younger one had not, and came back ten minutes later with wet socks and a very serious face. Dry socks were found in the basket next to the stove. They were not a pair, but they were warm, and that was what mattered.

In the shed behind the house there was a bicycle with a flat tyre. To mend it, you turn the bicycle upside down, loosen the wheel, and work the tyre off the rim with two flat levers. Then you pump up the tube and hold it close to your ear, or under water, until you find the place where the air comes out. The rest is a matter of patience. The patch has to be pressed on firmly and left alone for a few minutes, and the tyre has to be checked for the piece of glass that made the hole, or the same thing will happen again on the next day.

Around noon the post arrived. There was a letter from the bank, which nobody opened, a catalogue full of lamps, and a card from a friend who was travelling and who wrote, as always, mainly about the food. She had eaten soup in a small place near the harbour and had been given the recipe, but she could not read the handwriting. Perhaps, she wrote, they could try to work it out together when she was back.
`;
