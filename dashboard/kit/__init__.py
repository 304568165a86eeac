"""What every lesson is made of; knows no lesson.

One name for one thing:

* *lesson*: a declaration (``lesson.Lesson``) and its pictures (``live.LIVE`` of its package);
* *option*: one control, one row; *choices*: the values of all options, by key;
* *experiment* on the page, ``Preset`` in code: choices that show one thing in one click;
* *scene*: one run of a page as its parts see it; *part*: pictures drawn together, a fragment;
* *run*: a value that trains; *held run*: the one that this session commands, by its id;
* *steered run*: the one that the strip trains, of several the one that the choices name;
* *stage*: what is seen at one moment of a step in slow motion;
* *reader*: a lesson that shows runs of another, read-only;
* *question*: what a part asks a worker; *desk*: all questions of a session and their answers;
* *link*: the address of a page with its query; it carries keys, never words;
* *words*: texts by key and language; *said* in code: the words in the language of the session;
* *complaint*: a sentence about what was asked and could not be.
"""
